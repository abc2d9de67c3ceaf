import { stringify } from 'csv-stringify/sync';
import { CSV } from '../csv.ts';
import type { Db } from '../db.ts';
import { type PlannedEvent, plansIn } from '../events/plans.ts';
import { COLUMNS, type Column } from './import-file.ts';
import { listPitches } from './pitches.ts';

const toFile = (rows: readonly Record<Column, string>[]) =>
  stringify([...rows], { ...CSV, header: true, columns: [...COLUMNS] });

interface Names {
  pitches: ReadonlyMap<string | null, { venue: string; name: string }>;
  campaigns: ReadonlyMap<string | null, string>;
  areas: ReadonlyMap<string, string>;
  timeZone: string;
}

const toCells = (event: PlannedEvent, { pitches, campaigns, areas, timeZone }: Names) => {
  const start = event.startsAt.toZonedDateTimeISO(timeZone);
  const end = event.endsAt.toZonedDateTimeISO(timeZone);
  const time = (at: Temporal.ZonedDateTime) => at.toPlainTime().toString({ smallestUnit: 'minute' });
  const pitch = pitches.get(event.pitchId);
  return {
    reference: event.reference ?? event.slug,
    title: event.title,
    kind: event.kind,
    date: start.toPlainDate().toString(),
    start: time(start),
    end: time(end),
    venue: pitch?.venue ?? (event.pitchId ? '' : (areas.get(event.areaId) ?? '')),
    pitch: pitch?.name ?? '',
    campaign: campaigns.get(event.campaignId) ?? '',
    summary: event.summary,
    what_to_expect: event.whatToExpect,
    run_by: event.runBy,
    capacity: event.capacity === null ? '' : String(event.capacity),
    online_url: event.onlineUrl ?? '',
  };
};

/** What is planned in these areas from an instant on, in the columns that an import reads. */
export const writeEventsFile = async (
  db: Db,
  areaIds: string[],
  from: Temporal.Instant,
  timeZone: string,
): Promise<string> => {
  const [events, pitches, campaigns, areas] = await Promise.all([
    plansIn(db, areaIds)
      .where('events.starts_at', '>=', from)
      .where('events.state', 'not in', ['cancelled'])
      .orderBy('events.starts_at')
      .orderBy('events.id')
      .execute(),
    listPitches(db, areaIds),
    db.selectFrom('campaigns').select(['id', 'slug']).execute(),
    db.selectFrom('areas').select(['id', 'name']).execute(),
  ]);
  const names = {
    pitches: new Map(pitches.map((pitch) => [pitch.id, pitch])),
    campaigns: new Map(campaigns.map(({ id, slug }) => [id, slug])),
    areas: new Map(areas.map(({ id, name }) => [id, name])),
    timeZone,
  };
  return toFile(events.map((event) => toCells(event, names)));
};

/** Two rows to begin from: a stall and a talk online. */
export const sampleFile = (place: { venue: string; name: string }, day: Temporal.PlainDate) =>
  toFile([
    {
      reference: 'stall-1',
      title: `Stall at ${place.venue}`,
      kind: 'stall',
      date: day.toString(),
      start: '11:00',
      end: '15:00',
      venue: place.venue,
      pitch: place.name,
      campaign: '',
      summary: 'Come and say hello.',
      what_to_expect: 'Friendly people, a few questions and a leaflet.',
      run_by: 'The partnership',
      capacity: '',
      online_url: '',
    },
    {
      reference: 'talk-1',
      title: 'Evening talk',
      kind: 'online',
      date: day.add({ days: 1 }).toString(),
      start: '18:30',
      end: '20:00',
      venue: '',
      pitch: '',
      campaign: '',
      summary: 'How to help when you see something.',
      what_to_expect: 'A short talk, and time for questions.',
      run_by: 'The partnership',
      capacity: '40',
      online_url: 'https://talks.example.org/evening',
    },
  ]);
