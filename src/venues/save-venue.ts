import { randomUUIDv7 } from 'node:crypto';
import type { Coordinator } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import type { OpeningHours } from './hours.ts';
import { tellMoved } from './moved.ts';
import { findVenue, ownNeighbourhoods, type Venue } from './venues.ts';

/** All that a coordinator decides of a venue, but its pitches. */
export interface VenueTerms {
  name: string;
  /** The slug of a neighbourhood in one of the coordinator's areas. */
  neighbourhood: string;
  address: string;
  directions: string;
  /** A day that is not in it is a day on which the venue is closed; none at all: not known. */
  hours: OpeningHours[];
  setUpMinutes: number;
  takeDownMinutes: number;
  mostPeople: number | null;
  permissionDays: number;
  insuranceMinimum: number;
  rules: string;
  contactName: string;
  contactEmail: string;
  contactPhone: string;
  latitude: number | null;
  longitude: number | null;
}

type OfAreas = Pick<Coordinator, 'areaIds'>;

const columnsOf = (terms: VenueTerms, neighbourhoodId: string) => ({
  neighbourhood_id: neighbourhoodId,
  name: terms.name,
  address: terms.address,
  directions: terms.directions,
  set_up_minutes: terms.setUpMinutes,
  take_down_minutes: terms.takeDownMinutes,
  most_people: terms.mostPeople,
  permission_days: terms.permissionDays,
  insurance_minimum: terms.insuranceMinimum,
  rules: terms.rules,
  contact_name: terms.contactName,
  contact_email: terms.contactEmail,
  contact_phone: terms.contactPhone,
  latitude: terms.latitude,
  longitude: terms.longitude,
});

const writeHours = async (trx: Trx, venueId: string, hours: OpeningHours[]) => {
  await trx.deleteFrom('venue_hours').where('venue_id', '=', venueId).execute();
  if (hours.length === 0) return;
  await trx
    .insertInto('venue_hours')
    .values(hours.map((day) => ({ venue_id: venueId, ...day })))
    .execute();
};

const neighbourhoodOf = async (trx: Trx, coordinator: OfAreas, slug: string) =>
  (await ownNeighbourhoods(trx, coordinator)).find((one) => one.slug === slug);

/**
 * Adds a venue with its first pitches.
 * @returns its id, or that the neighbourhood is in none of the coordinator's areas
 */
export const addVenue = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { terms, pitches }: { terms: VenueTerms; pitches: string[] },
  now: Temporal.Instant,
): Promise<{ id: string } | { refused: 'elsewhere' }> =>
  db.transaction().execute(async (trx) => {
    const neighbourhood = await neighbourhoodOf(trx, coordinator, terms.neighbourhood);
    if (!neighbourhood) return { refused: 'elsewhere' };
    const id = randomUUIDv7();
    await trx
      .insertInto('venues')
      .values({ id, ...columnsOf(terms, neighbourhood.id) })
      .execute();
    await writeHours(trx, id, terms.hours);
    await trx
      .insertInto('pitches')
      .values(pitches.map((name) => ({ id: randomUUIDv7(), venue_id: id, name })))
      .execute();
    const details = { pitches: pitches.length };
    const entry = { action: 'add', subjectKind: 'venue', subjectId: id, areaId: neighbourhood.areaId };
    await audit(trx, actor, { ...entry, details }, now);
    return { id };
  });

const SAME: (keyof VenueTerms & keyof Venue)[] = [
  'name',
  'address',
  'directions',
  'setUpMinutes',
  'takeDownMinutes',
  'mostPeople',
  'permissionDays',
  'insuranceMinimum',
  'rules',
  'contactName',
  'contactEmail',
  'contactPhone',
  'latitude',
  'longitude',
];

const hoursAsOne = (hours: readonly OpeningHours[]) =>
  hours.map(({ weekday, opens, closes }) => [weekday, opens.slice(0, 5), closes.slice(0, 5)].join()).join();

/** The names of what changes; what it changes to is nobody's business in the audit. */
const changed = (before: Venue, terms: VenueTerms) => [
  ...SAME.filter((field) => before[field] !== terms[field]),
  ...(before.neighbourhoodSlug === terms.neighbourhood ? [] : ['neighbourhood']),
  ...(hoursAsOne(before.hours) === hoursAsOne(terms.hours) ? [] : ['hours']),
];

/**
 * Changes a venue. Events there keep the set-up and take-down times with which they were planned; whoever holds a
 * place at one is told where it is called or addressed otherwise now.
 */
export const changeVenue = (
  db: Db,
  queue: Queue,
  actor: Actor,
  coordinator: OfAreas,
  { id, terms }: { id: string; terms: VenueTerms },
  now: Temporal.Instant,
): Promise<'changed' | { refused: 'unknown' | 'elsewhere' }> =>
  db.transaction().execute(async (trx) => {
    await trx.selectFrom('venues').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
    const before = await findVenue(trx, coordinator, id);
    if (!before) return { refused: 'unknown' };
    const neighbourhood = await neighbourhoodOf(trx, coordinator, terms.neighbourhood);
    if (!neighbourhood) return { refused: 'elsewhere' };
    const fields = changed(before, terms);
    if (fields.length === 0) return 'changed';
    await trx.updateTable('venues').set(columnsOf(terms, neighbourhood.id)).where('id', '=', id).execute();
    if (fields.includes('hours')) await writeHours(trx, id, terms.hours);
    if (['name', 'address', 'directions'].some((field) => fields.includes(field)))
      await tellMoved(trx, queue, { venueId: id }, now);
    const entry = { action: 'change', subjectKind: 'venue', subjectId: id, areaId: neighbourhood.areaId };
    await audit(trx, actor, { ...entry, details: { fields } }, now);
    return 'changed';
  });

/**
 * Closes a venue, so that it is not offered any more, or opens it again. What is planned there stays.
 * @returns false where there is none with this id; a second time changes nothing
 */
export const closeVenue = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { id, closed }: { id: string; closed: boolean },
  now: Temporal.Instant,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const venue = await findVenue(trx, coordinator, id);
    if (!venue) return false;
    const written = await trx
      .updateTable('venues')
      .set({ closed_at: closed ? now : null })
      .where('id', '=', id)
      .where('closed_at', closed ? 'is' : 'is not', null)
      .executeTakeFirst();
    if (!written.numUpdatedRows) return true;
    const entry = {
      action: closed ? 'close' : 'reopen',
      subjectKind: 'venue',
      subjectId: id,
      areaId: venue.areaId,
    };
    await audit(trx, actor, entry, now);
    return true;
  });
