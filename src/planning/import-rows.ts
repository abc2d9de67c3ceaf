import type { EventPlan } from '../events/plan.ts';
import { instantOf, readDay, readTime } from '../events/typed-times.ts';
import type { EventKind } from '../schema.ts';
import type { Column, EventRow } from './import-file.ts';
import type { Pitch } from './pitches.ts';

/** What is wrong with a row, in which column; null where it is the row as a whole. */
export interface Problem {
  column: Column | null;
  words: string;
  /** The event that is in the way. */
  by?: { slug: string; title: string };
}

/** What a file says of an event: all but who leads it and what it takes along. */
export type FilePlan = Omit<EventPlan, 'leadId' | 'kitItemIds'>;

export interface Choices {
  pitches: readonly Pitch[];
  campaigns: readonly { id: string; slug: string; name: string }[];
  areas: readonly { id: string; name: string }[];
  timeZone: string;
}

const same = (a: string, b: string) => a.localeCompare(b, 'en', { sensitivity: 'base' }) === 0;
const KINDS = ['stall', 'talk', 'drop-in', 'online'] as const;

/** Stands for each sign that could not be read. */
const UNREADABLE = '\ufffd';

const LONGEST: [Column, number][] = [
  ['reference', 60],
  ['title', 120],
  ['summary', 300],
  ['what_to_expect', 2000],
  ['run_by', 150],
];

const onOneLine = (cell: string) => cell.replaceAll(/\s+/g, ' ');

const webAddress = (typed: string) => {
  const url = typed.length <= 500 && URL.canParse(typed) ? new URL(typed) : undefined;
  return url?.protocol === 'https:' && url.hostname.includes('.') && !url.username ? url.href : undefined;
};

/** Understands the cells of a row; every problem with them comes back, in the order of the columns. */
export const readRow = (
  { cells, problem }: EventRow,
  { pitches, campaigns, areas, timeZone }: Choices,
): { plan: FilePlan } | { problems: Problem[] } => {
  if (problem) return { problems: [{ column: null, words: problem }] };
  const problems: Problem[] = [];
  const wrong = (column: Column, words: string) => {
    if (!problems.some((known) => known.column === column)) problems.push({ column, words });
    return null;
  };

  for (const [column, cell] of Object.entries(cells) as [Column, string][])
    if (cell.includes(UNREADABLE)) wrong(column, 'This has a sign in it that cannot be read');
  for (const [column, most] of LONGEST) {
    if (cells[column] === '') wrong(column, 'This must not be empty');
    if (cells[column].length > most) wrong(column, `Use ${most} letters or fewer`);
  }

  const kind = cells.kind.toLowerCase() as EventKind;
  if (!KINDS.includes(kind)) wrong('kind', 'Write stall, talk, drop-in or online');
  const online = kind === 'online';

  const day = readDay(cells.date);
  if (!day) wrong('date', `‘${cells.date}’ is not a date. Write it like 16/10/2027`);
  const readInstant = (column: 'start' | 'end') => {
    const time = readTime(cells[column]);
    if (!time) return wrong(column, `‘${cells[column]}’ is not a time. Write it like 11:00 or 11am`);
    if (!day) return null;
    const read = instantOf(day, time, timeZone);
    if ('instant' in read) return read.instant;
    return wrong(column, 'never' in read ? read.never : read.twice);
  };
  const startsAt = readInstant('start');
  const endsAt = readInstant('end');
  if (startsAt && endsAt && Temporal.Instant.compare(endsAt, startsAt) <= 0)
    wrong('end', 'The end must be after the start');

  const findPitch = () => {
    if (!cells.venue) return wrong('venue', 'Name the venue, unless it is online');
    const there = pitches.filter(({ venue }) => same(venue, cells.venue));
    if (there.length === 0) return wrong('venue', `There is no venue ‘${cells.venue}’ in your area`);
    const pitch = there.find(({ name }) => same(name, cells.pitch));
    const names = there.map(({ name }) => `‘${name}’`).join(', ');
    return pitch ?? wrong('pitch', `${cells.venue} has no pitch ‘${cells.pitch}’. It has ${names}`);
  };
  const findArea = () => {
    if (areas.length === 1 && !cells.venue) return areas[0]!;
    const area = areas.find(({ name }) => same(name, cells.venue));
    const names = areas.map(({ name }) => `‘${name}’`).join(', ');
    return (
      area ??
      wrong(
        'venue',
        areas.length === 1
          ? 'Leave this empty for what is online'
          : `For what is online, name its area here: ${names}`,
      )
    );
  };
  const pitch = online ? null : findPitch();
  const area = online ? findArea() : null;
  if (online && cells.pitch) wrong('pitch', 'Leave this empty for what is online');

  const onlineUrl = online ? webAddress(cells.online_url) : null;
  if (onlineUrl === undefined) wrong('online_url', 'Write the whole address, with https:// in front');
  if (!online && cells.online_url) wrong('online_url', 'Leave this empty, or make the kind online');

  const campaign = campaigns.find(
    ({ slug, name }) => slug === cells.campaign.toLowerCase() || same(name, cells.campaign),
  );
  if (cells.campaign && !campaign) wrong('campaign', `There is no campaign ‘${cells.campaign}’`);
  if (!/^(?:[1-9]\d{0,4})?$/.test(cells.capacity))
    wrong('capacity', 'Write a whole number from 1 to 99999, or leave this empty');
  if (cells.capacity && kind === 'stall')
    wrong('capacity', 'A stall has room for everyone: leave this empty');

  if (problems.length > 0 || !startsAt || !endsAt) return { problems };
  return {
    plan: {
      reference: onOneLine(cells.reference),
      title: onOneLine(cells.title),
      kind,
      summary: onOneLine(cells.summary),
      whatToExpect: cells.what_to_expect.replaceAll('\r\n', '\n'),
      runBy: onOneLine(cells.run_by),
      pitchId: pitch?.id ?? null,
      onlineUrl: onlineUrl ?? null,
      areaId: (pitch?.areaId ?? area?.id)!,
      campaignId: campaign?.id ?? null,
      capacity: cells.capacity ? Number(cells.capacity) : null,
      startsAt,
      endsAt,
    },
  };
};
