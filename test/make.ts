import { randomBytes, randomUUID } from 'node:crypto';
import type { Insertable, Selectable } from 'kysely';
import type { Db } from '../src/db.ts';
import type { Schema } from '../src/schema.ts';

type Row<T extends keyof Schema> = Partial<Insertable<Schema[T]>>;

const short = () => randomBytes(4).toString('hex');
const at = (text: string) => Temporal.Instant.from(text);

export const makeProgramme = async (db: Db, row: Row<'programme'> = {}) => {
  await db
    .insertInto('programme')
    .values({
      name: 'Milton Keynes champions',
      place: 'Milton Keynes',
      time_zone: 'Europe/London',
      contact_email: 'hello@westand.example',
      app_name: 'The app',
      app_url: 'https://app.example/',
      ...row,
    })
    .execute();
};

type Made =
  | 'areas'
  | 'neighbourhoods'
  | 'venues'
  | 'pitches'
  | 'campaigns'
  | 'events'
  | 'modules'
  | 'sessions'
  | 'champions'
  | 'reporting_routes'
  | 'coordinators'
  | 'kit_items'
  | 'training_records'
  | 'bookings';

const insert = async <T extends Made>(db: Db, table: T, values: object) =>
  (await db
    .insertInto(table)
    .values(values as never)
    .returningAll()
    .executeTakeFirstOrThrow()) as Selectable<Schema[T]>;

export const makeArea = (db: Db, row: Row<'areas'> = {}) =>
  insert(db, 'areas', { id: randomUUID(), slug: `area-${short()}`, name: 'Milton Keynes', ...row });

export const makeNeighbourhood = async (db: Db, row: Row<'neighbourhoods'> = {}) =>
  insert(db, 'neighbourhoods', {
    id: randomUUID(),
    area_id: row.area_id ?? (await makeArea(db)).id,
    slug: `place-${short()}`,
    name: 'Bletchley',
    ...row,
  });

export const makeVenue = async (db: Db, row: Row<'venues'> = {}) =>
  insert(db, 'venues', {
    id: randomUUID(),
    neighbourhood_id: row.neighbourhood_id ?? (await makeNeighbourhood(db)).id,
    name: 'Centre:MK',
    address: 'Midsummer Place, Milton Keynes MK9 3AA',
    directions: 'Go in by the oak tree and turn left.',
    ...row,
  });

export const makePitch = async (db: Db, row: Row<'pitches'> = {}) =>
  insert(db, 'pitches', {
    id: randomUUID(),
    venue_id: row.venue_id ?? (await makeVenue(db)).id,
    name: 'near the Samsung shop',
    ...row,
  });

export const makeCampaign = (db: Db, row: Row<'campaigns'> = {}) =>
  insert(db, 'campaigns', {
    id: randomUUID(),
    slug: `week-${short()}`,
    name: 'Awareness Week 2026',
    summary: 'A week to stand together.',
    hashtags: ['WeStandTogether'],
    starts_on: '2026-10-10',
    ends_on: '2026-10-17',
    ...row,
  });

/** A published stall on the coming Saturday, 11am to 3pm, unless told otherwise. */
export const makeEvent = async (db: Db, row: Row<'events'> = {}) =>
  insert(db, 'events', {
    id: randomUUID(),
    slug: `stall-${short()}`,
    code: short(),
    pitch_id: row.pitch_id ?? (await makePitch(db)).id,
    kind: 'stall',
    title: 'Stall at Centre:MK',
    summary: 'Come and say hello.',
    what_to_expect: 'Friendly people and a few questions.',
    run_by: 'Thames Valley Police and friends',
    starts_at: at('2026-11-28T11:00:00Z'),
    ends_at: at('2026-11-28T15:00:00Z'),
    state: 'published',
    ...row,
  });

export const makeModule = (db: Db, row: Row<'modules'> = {}) =>
  insert(db, 'modules', {
    id: randomUUID(),
    slug: `module-${short()}`,
    name: 'Induction',
    calendar_title: 'First session',
    position: 1,
    induction: true,
    ...row,
  });

/** An induction session in the evening of Wednesday 2 December with 12 places, unless told otherwise. */
export const makeSession = async (db: Db, row: Row<'sessions'> = {}) =>
  insert(db, 'sessions', {
    id: randomUUID(),
    module_id: row.module_id ?? (await makeModule(db)).id,
    pitch_id: row.online_url ? null : (row.pitch_id ?? (await makePitch(db)).id),
    starts_at: at('2026-12-02T18:00:00Z'),
    ends_at: at('2026-12-02T19:30:00Z'),
    capacity: 12,
    ...row,
  });

export const makeReportingRoute = (db: Db, row: Row<'reporting_routes'> = {}) =>
  insert(db, 'reporting_routes', {
    id: randomUUID(),
    position: 1,
    name: 'Police, not urgent',
    what_for: 'To report something that has already happened.',
    phone: '101',
    coverage: 'England and Wales',
    hours: 'Day and night',
    source: 'Police.uk',
    source_url: 'https://www.police.uk/',
    check_by: '2027-05-01',
    ...row,
  });

/** A confirmed champion, unless told otherwise. */
export const makeChampion = (db: Db, row: Row<'champions'> = {}) => {
  const email = row.email ?? `alice-${short()}@example.org`;
  return insert(db, 'champions', {
    id: randomUUID(),
    email,
    email_key: email.toLowerCase(),
    full_name: 'Alice Example',
    age_band: '18+',
    state: 'confirmed',
    confirmed_at: at('2026-11-01T10:00:00Z'),
    created_at: at('2026-11-01T09:00:00Z'),
    ...row,
  });
};

/** A coordinator of these areas. */
export const makeCoordinator = async (
  db: Db,
  { areaIds = [], ...row }: Row<'coordinators'> & { areaIds?: string[] } = {},
) => {
  const email = row.email ?? `carol-${short()}@example.org`;
  const coordinator = await insert(db, 'coordinators', {
    id: randomUUID(),
    full_name: 'Carol Example',
    email,
    email_key: email.toLowerCase(),
    created_at: at('2026-11-01T09:00:00Z'),
    ...row,
  });
  for (const area_id of areaIds)
    await db.insertInto('coordinator_areas').values({ coordinator_id: coordinator.id, area_id }).execute();
  return coordinator;
};

export const makeKitItem = async (db: Db, row: Row<'kit_items'> = {}) =>
  insert(db, 'kit_items', {
    id: randomUUID(),
    area_id: row.area_id ?? (await makeArea(db)).id,
    name: `Gazebo ${short()}`,
    ...row,
  });

/** A pass of 1 November 2026 that a coordinator wrote down, unless told otherwise. */
export const makeRecord = (
  db: Db,
  row: Row<'training_records'> & { champion_id: string; module_id: string },
) =>
  insert(db, 'training_records', {
    id: randomUUID(),
    module_version: 1,
    passed_on: '2026-11-01',
    source: 'coordinator',
    recorded_at: at('2026-11-01T12:00:00Z'),
    ...row,
  });

export const makeBooking = (db: Db, row: Row<'bookings'> & { champion_id: string; session_id: string }) =>
  insert(db, 'bookings', { id: randomUUID(), booked_at: at('2026-11-20T12:00:00Z'), ...row });
