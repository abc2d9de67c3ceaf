import type { Db } from '../db.ts';
import { formatDay, startOfDay } from '../time.ts';

/** A way to report or to get support, in words. */
export interface ReportingRoute {
  name: string;
  whatFor: string;
  phone: string | null;
  /** The number as a phone dials it. */
  dial: string | null;
  url: string | null;
  coverage: string | null;
  hours: string | null;
  source: string | null;
  sourceUrl: string | null;
  checkBy: string | null;
}

const byPhone = (name: string, whatFor: string, phone: string): ReportingRoute => ({
  name,
  whatFor,
  phone,
  dial: phone,
  url: null,
  coverage: null,
  hours: null,
  source: null,
  sourceUrl: null,
  checkBy: null,
});

const EMERGENCY = byPhone('Emergency', 'Someone is in danger, or it is happening now.', '999');
const POLICE = byPhone('Police, not an emergency', 'It is over and nobody is in danger now.', '101');

export const ROUTE_COLUMNS = [
  'emergency',
  'name',
  'what_for as whatFor',
  'phone',
  'url',
  'coverage',
  'hours',
  'source',
  'source_url as sourceUrl',
  'check_by as checkBy',
] as const;

/** Routes still within their check-by date, which counts to its end in the programme's zone. */
const findLive = (db: Db, today: string) =>
  db
    .selectFrom('reporting_routes')
    .select(ROUTE_COLUMNS)
    .where('check_by', '>=', today)
    .orderBy('position')
    .orderBy('id')
    .execute();

/** Emergencies first, then the rest. 999 and 101 are always there, whatever has run out. */
export const reportingRoutes = async (db: Db, timeZone: string, now: Temporal.Instant) => {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const live = (await findLive(db, today)).map(({ emergency, ...route }) => ({
    emergency,
    ...route,
    dial: route.phone?.replaceAll(/[^\d+]/g, '') ?? null,
    checkBy: formatDay(startOfDay(route.checkBy, timeZone)!, timeZone, now),
  }));
  const withAlways = (routes: ReportingRoute[], always: ReportingRoute) =>
    routes.some(({ dial }) => dial === always.dial) ? routes : [always, ...routes];
  return {
    emergencies: withAlways(
      live.filter(({ emergency }) => emergency),
      EMERGENCY,
    ),
    others: withAlways(
      live.filter(({ emergency }) => !emergency),
      POLICE,
    ),
  };
};
