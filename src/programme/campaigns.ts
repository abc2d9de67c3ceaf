import type { Db } from '../db.ts';
import { formatDay, startOfDay } from '../time.ts';

/** Campaigns that are on or to come, the next first. */
export const campaignsToCome = async (db: Db, timeZone: string, now: Temporal.Instant) => {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const rows = await db
    .selectFrom('campaigns')
    .select(['slug', 'name', 'summary', 'hashtags', 'starts_on as startsOn', 'ends_on as endsOn'])
    .where('ends_on', '>=', today)
    .orderBy('starts_on')
    .execute();
  const day = (iso: string) => formatDay(startOfDay(iso, timeZone)!, timeZone, now);
  return rows.map(({ startsOn, endsOn, hashtags, ...campaign }) => ({
    ...campaign,
    when: `${day(startsOn)} to ${day(endsOn)}`,
    hashtags: hashtags.map((tag) => `#${tag.replace(/^#/, '')}`).join(' '),
  }));
};
