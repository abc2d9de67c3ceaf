import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { openQueue, QUEUES } from '../../src/jobs.ts';
import { testDatabase } from '../database.ts';
import { needsPostgres } from '../helper.ts';
import { makeModule, makeProgramme } from '../make.ts';
import { hurry } from './hurry.ts';
import { seededRandom } from './random.ts';
import { serverProcess } from './server.ts';

const PEOPLE = 4_000;
const KILLS = 4;
const PATIENCE_MS = 90_000;
const SEED = Number(process.env.WESTAND_SEED ?? 20261123);

/** A zone where it is about noon now: reminders go out from 9am, and the day must not end meanwhile. */
const zoneAtNoon = () => {
  const ahead = 12 - Temporal.Now.instant().toZonedDateTimeISO('UTC').hour;
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
};

t.test(
  'killed in the middle of the reminders, it loses none and doubles none',
  needsPostgres(),
  async (t) => {
    const random = seededRandom(SEED);
    const database = await testDatabase(t);
    const { db } = database;
    const zone = zoneAtNoon();
    await makeProgramme(db, { time_zone: zone });
    const today = Temporal.Now.plainDateISO(zone);
    const about = { mandatory_for: ['champion' as const], validity_months: 12, induction: false };
    const modules = [await makeModule(db, about), await makeModule(db, { ...about, position: 2 })];
    const ids = Array.from({ length: PEOPLE }, () => randomUUID());
    await sql`
    insert into champions (id, email, email_key, full_name, age_band, state, confirmed_at, created_at)
    select id, id || '@example.org', id || '@example.org', 'Alex Example', '18+', 'confirmed', now(), now()
    from unnest(${ids}::uuid[]) as c (id)`.execute(db);
    await sql`
    insert into training_records (id, champion_id, module_id, module_version, passed_on, expires_on, source, recorded_at)
    select gen_random_uuid(), c.id, m.id, 1, ${today.subtract({ days: 300 }).toString()}::date,
      ${today.add({ days: 30 }).toString()}::date, 'coordinator', now()
    from unnest(${ids}::uuid[]) as c (id), unnest(${modules.map(({ id }) => id)}::uuid[]) as m (id)`.execute(
      db,
    );
    await hurry(db, QUEUES.renewals);

    const queue = await openQueue(database, 'web', (error) => t.comment(error.message));
    t.teardown(() => queue.stop());
    const server = await serverProcess(t, {
      DATABASE_URL: database.url!,
      PROCESS: 'worker',
      LOG_LEVEL: 'fatal',
    });
    const reminded = async () => {
      const { count } = await db
        .selectFrom('renewal_reminders')
        .select(({ fn }) => fn.count<string>('champion_id').distinct().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    };
    /** Waits for so many people to have been reminded. */
    const reach = async (count: number) => {
      for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await pause(5))
        if ((await reminded()) >= count) return;
    };

    const stoppedAt: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await server.start();
      await queue.boss.send(QUEUES.renewals, {});
      await reach((stoppedAt.at(-1) ?? 0) + 1 + Math.floor(random() * 600));
      await pause(random() * 20);
      await server.kill();
      stoppedAt.push(await reminded());
    }
    await server.start();
    await queue.boss.send(QUEUES.renewals, {});
    await queue.boss.send(QUEUES.renewals, {});
    await reach(PEOPLE);
    await pause(500);
    await server.kill();

    t.ok(
      stoppedAt.some((count) => count > 0 && count < PEOPLE),
      `killed with ${stoppedAt.join(', ')} of ${PEOPLE} reminded`,
    );
    const reminders = await db.selectFrom('renewal_reminders').select('champion_id').execute();
    t.equal(reminders.length, 2 * PEOPLE, 'both modules of each person, once');
    const messages = await db
      .selectFrom('messages')
      .select(['champion_id', 'data'])
      .where('kind', '=', 'renewal')
      .execute();
    t.equal(messages.length, PEOPLE, 'as many messages as people');
    t.equal(new Set(messages.map(({ champion_id }) => champion_id)).size, PEOPLE, 'one to each');
    t.ok(
      messages.every(({ data }) => (data.items as unknown[]).length === 2),
      'each tells of both modules',
    );
    const { rows } = await sql<{ without: string }>`
    select count(*) as without from messages m where kind = 'renewal' and state = 'queued'
      and not exists (select from pgboss.job j where j.data ->> 'messageId' = m.id::text)`.execute(db);
    t.equal(Number(rows[0]!.without), 0, 'each that is not sent has its job');
  },
);
