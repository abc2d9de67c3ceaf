import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { queueMessages, renewalMessage } from '../mail/messages.ts';
import { formatDate } from '../time.ts';
import { listModules, type Module } from './modules.ts';
import { passesOf } from './records.ts';
import { DAYS_BEFORE, isReminded, type Renewal, reminderDay, reminderOn, renewalsOn } from './renewals.ts';
import { championStanding, graceEnd, standingOn } from './standing.ts';

type Day = Temporal.PlainDate;

interface Moment {
  day: Day;
  timeZone: string;
  now: Temporal.Instant;
}

const BATCH = 200;
const LONGEST_AHEAD = Math.max(...DAYS_BEFORE);
/** A place at a session that is over counts until someone has had the time to say who was there. */
const REGISTER_DAYS = 7;

const goesOn = sql<boolean>`c.state in ('confirmed', 'in training', 'active', 'lapsed')`;
const wasReminded = (championId: unknown, lastDay: unknown, daysBefore: unknown) => sql`exists (
  select from renewal_reminders r where r.champion_id = ${championId} and r.module_id = m.id
    and r.last_day = ${lastDay} and r.days_before = ${daysBefore})`;

/**
 * Those for whom something that they passed ends in the stretch of a reminder that they have not had, by the index
 * `module_last_days_by_day`: day by day, so that nothing else is read however many there are.
 */
const findEnding = async (db: Db, modules: Module[], day: Day): Promise<string[]> => {
  const ids = modules.map(({ id }) => id);
  const ahead = Array.from({ length: LONGEST_AHEAD + 1 }, (_, days) => day.add({ days }));
  const days = ahead.map(String);
  const daysBefore = ahead.map((lastDay) => reminderOn(day, lastDay)!);
  const { rows } = await sql<{ id: string }>`
    select distinct l.champion_id as id from unnest(${ids}::uuid[]) as m (id)
    cross join unnest(${days}::date[], ${daysBefore}::integer[]) as d (last_day, days_before)
    cross join lateral (
      select champion_id from module_last_days where module_id = m.id and last_day = d.last_day offset 0) as l
    where not ${wasReminded(sql`l.champion_id`, sql`d.last_day`, sql`d.days_before`)}`.execute(db);
  return rows.map(({ id }) => id);
};

/** Those who were champions before a module asked for more, and lacked nothing, while their time to catch up runs out. */
const findInGrace = async (db: Db, module: Module, { day, timeZone }: Moment): Promise<string[]> => {
  const { id, requiredSince } = module;
  const end = graceEnd(module);
  const daysBefore = end && reminderOn(day, end);
  if (!requiredSince || !end || daysBefore === undefined) return [];
  const { rows } = await sql<{ id: string }>`
    select c.id from champions c cross join (select ${id}::uuid as id) m
    left join module_last_days l on l.champion_id = c.id and l.module_id = m.id
    where ${goesOn} and c.confirmed_at < ${requiredSince.toZonedDateTime({ timeZone }).toInstant()}
      and met_terms_before(c.id, m.id) and coalesce(l.last_day < ${day.toString()}::date, true)
      and not ${wasReminded(sql`c.id`, sql`${end.toString()}::date`, sql`${daysBefore}::integer`)}`.execute(
    db,
  );
  return rows.map((row) => row.id);
};

/** The day of the first session of each module at which these champions have a place, by champion. */
const placesOf = async (trx: Trx, championIds: string[], { timeZone, now }: Moment) => {
  const rows = await trx
    .selectFrom('bookings')
    .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
    .select(['bookings.champion_id', 'sessions.module_id', 'sessions.starts_at'])
    .where('bookings.champion_id', '=', sql<string>`any(${championIds}::uuid[])`)
    .where(sql<boolean>`bookings.state <> 'withdrawn' and bookings.state = 'booked'`)
    .where('sessions.state', '=', sql.lit('scheduled' as const))
    .where('sessions.ends_at', '>', now.subtract({ hours: 24 * REGISTER_DAYS }))
    .orderBy('sessions.starts_at', 'desc')
    .execute();
  const places = new Map<string, Map<string, Day>>();
  for (const { champion_id, module_id, starts_at } of rows) {
    const theirs = places.get(champion_id) ?? new Map<string, Day>();
    places.set(champion_id, theirs.set(module_id, starts_at.toZonedDateTimeISO(timeZone).toPlainDate()));
  }
  return places;
};

/** Where these champions' renewals stand, whoever goes on; holds them meanwhile, so that nobody is paused in between. */
const decide = async (trx: Trx, modules: Module[], championIds: string[], moment: Moment) => {
  const champions = await trx
    .selectFrom('champions')
    .select(['id', 'full_name as fullName', 'email', 'state', 'confirmed_at as confirmedAt'])
    .where('id', '=', sql<string>`any(${championIds}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const passes = await passesOf(trx, championIds);
  const places = await placesOf(trx, championIds, moment);
  const { day, timeZone } = moment;
  return champions.flatMap((champion) => {
    const bookedOn = places.get(champion.id) ?? new Map<string, Day>();
    const standing = standingOn(modules, passes.get(champion.id) ?? [], {
      day,
      confirmedOn: champion.confirmedAt?.toZonedDateTimeISO(timeZone).toPlainDate() ?? null,
      booked: new Set(bookedOn.keys()),
    });
    if (!['in training', 'ready', 'lapsed'].includes(championStanding(champion.state, standing))) return [];
    return [{ champion, renewals: renewalsOn(day, modules, standing, bookedOn) }];
  });
};

/** Writes down which reminders go out, and says which of them had not before: those of another worker stay its own. */
const claim = async (
  trx: Trx,
  due: Awaited<ReturnType<typeof decide>>,
  now: Temporal.Instant,
): Promise<ReadonlySet<string>> => {
  const rows = due.flatMap(({ champion, renewals }) =>
    renewals.map(({ moduleId, lastDay, daysBefore }) => ({
      champion_id: champion.id,
      module_id: moduleId,
      last_day: lastDay.toString(),
      days_before: daysBefore,
    })),
  );
  const { rows: written } = await sql<{ champion_id: string; module_id: string }>`
    insert into renewal_reminders (champion_id, module_id, last_day, days_before, sent_at)
    select champion_id, module_id, last_day, days_before, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (champion_id uuid, module_id uuid, last_day date, days_before integer)
    on conflict do nothing returning champion_id, module_id`.execute(trx);
  return new Set(written.map(({ champion_id, module_id }) => `${champion_id} ${module_id}`));
};

const remindBatch = async (
  trx: Trx,
  queue: Queue,
  modules: Module[],
  championIds: string[],
  moment: Moment,
) => {
  const { day, now } = moment;
  const due = await decide(trx, modules, championIds, moment);
  const mine = await claim(trx, due, now);
  const itemOf = ({ moduleId, lastDay, daysBefore }: Renewal) => ({
    name: modules.find(({ id }) => id === moduleId)!.name,
    by: formatDate(lastDay, lastDay.year === day.year ? {} : { year: 'numeric' }),
    today: daysBefore === 0,
  });
  const messages = due.flatMap(({ champion, renewals }) => {
    const items = renewals
      .filter(({ moduleId }) => mine.has(`${champion.id} ${moduleId}`))
      .sort((a, b) => Temporal.PlainDate.compare(a.lastDay, b.lastDay))
      .map(itemOf);
    if (items.length === 0) return [];
    const { id: championId, fullName, email: recipient } = champion;
    return [renewalMessage({ championId, recipient, fullName, items })];
  });
  await queueMessages(trx, queue, messages, now);
};

/**
 * Reminds champions to renew what ends soon, with one message for all that is due now; to be called every hour or so.
 * Each reminder goes out once however often, late or side by side this runs, and wherever it is killed.
 */
export const remindToRenew = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  const programme = await db.selectFrom('programme').select('time_zone').executeTakeFirst();
  const timeZone = programme?.time_zone ?? 'UTC';
  const day = reminderDay(now, timeZone);
  if (!day) return;
  const moment = { day, timeZone, now };
  const modules = (await listModules(db)).filter(isReminded);
  const found = [await findEnding(db, modules, day)];
  for (const module of modules) found.push(await findInGrace(db, module, moment));
  const ids = [...new Set(found.flat())].sort();
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    await db.transaction().execute((trx) => remindBatch(trx, queue, modules, batch, moment));
  }
};
