import type { Test } from 'tap';
import { testApp } from '../helper.ts';
import { makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

export const at = (text: string) => Temporal.Instant.from(text);

/** A coordinator in Milton Keynes, with two pitches at one venue there and one at another. */
export const city = async (t: Test) => {
  const site = await testApp(t);
  const { db } = site;
  const { areaId, browser, coordinator } = await signedInCoordinator(site);
  const neighbourhood = await makeNeighbourhood(db, { area_id: areaId });
  const inArea = { neighbourhood_id: neighbourhood.id };
  const venue = await makeVenue(db, inArea);
  const library = await makeVenue(db, { ...inArea, name: 'Central library' });
  const samsung = await makePitch(db, { venue_id: venue.id });
  const fountain = await makePitch(db, { venue_id: venue.id, name: 'by the fountain' });
  const hall = await makePitch(db, { venue_id: library.id, name: 'front hall' });
  return { ...site, areaId, coordinator, hers: browser, neighbourhood, venue, samsung, fountain, hall };
};

export type City = Awaited<ReturnType<typeof city>>;

/** Events as people read them: where they are, and when in Milton Keynes. */
export const planned = async ({ db }: Pick<City, 'db'>) => {
  const rows = await db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .selectAll('events')
    .select('pitches.name as pitch')
    .orderBy('starts_at')
    .orderBy('pitches.name')
    .execute();
  return rows.map((row) => ({
    ...row,
    said: `${row.title} | ${row.pitch} | ${row.starts_at.toZonedDateTimeISO('Europe/London').toPlainDateTime().toString({ smallestUnit: 'minute' })}–${row.ends_at.toZonedDateTimeISO('Europe/London').toPlainTime().toString({ smallestUnit: 'minute' })} | ${row.state}`,
  }));
};

/** What a form on a page would send, by the form's address. */
export const hiddenFields = (html: string, action: string) => {
  const form = html.split('<form').find((part) => part.includes(`action="${action}" method="post"`)) ?? '';
  const fields: Record<string, string[]> = {};
  for (const [, name, value] of form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g))
    fields[name!] = [...(fields[name!] ?? []), value!];
  return fields;
};
