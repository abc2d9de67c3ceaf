import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import t from 'tap';
import { openDatabase } from '../../src/db.ts';
import { queueTelling } from '../../src/events/telling.ts';
import { openQueue } from '../../src/jobs.ts';
import { makeEvent } from '../make.ts';
import { needsPostgresPrograms, startPostgres } from './postgres.ts';
import { startServer, until } from './server.ts';

t.setTimeout(240_000);

/** The worker's clock strikes every minute here; how it comes to do what it does then is the product's own. */
const CLOCK_SECONDS = 150;

t.test('the worker reminds, offers and tells by itself', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const databaseUrl = await postgres.createDatabase('westand');
  const server = await startServer(t, databaseUrl, { PROCESS: 'both' });
  const database = await openDatabase({ databaseUrl, dataDir: '' });
  const { db } = database;
  const queue = await openQueue(database, 'web', (error) => t.fail(error.message));
  t.teardown(async () => {
    await queue.stop();
    await database.close();
  });

  // A day before has an hour too few or too many where the clocks change.
  await db.updateTable('programme').set({ time_zone: 'UTC' }).execute();
  const now = Temporal.Now.instant();
  const startsAt = now.add({ hours: 23 });
  const event = await makeEvent(db, {
    slug: 'talk',
    kind: 'talk',
    title: 'Talk at the library',
    capacity: 1,
    starts_at: startsAt,
    ends_at: startsAt.add({ hours: 1 }),
  });
  for (const name of ['gwen', 'dan', 'bob'])
    t.equal(
      (await server.post('/events/talk/attendance', { fullName: name, email: `${name}@example.org` })).status,
      303,
    );

  /** The captured message of this kind to this person. */
  const captured = async (kind: string, recipient: string) => {
    const row = await db
      .selectFrom('captured_messages')
      .innerJoin('messages', 'messages.id', 'captured_messages.message_id')
      .select('raw')
      .where('kind', '=', kind)
      .where('recipient', '=', recipient)
      .executeTakeFirst();
    return row && PostalMime.parse(row.raw);
  };
  const arrives = async (kind: string, recipient: string, seconds = CLOCK_SECONDS) => {
    await until(`‘${kind}’ to ${recipient}`, seconds, async () => Boolean(await captured(kind, recipient)));
    return (await captured(kind, recipient))!;
  };
  await arrives('coming', 'gwen@example.org');
  await arrives('waiting', 'bob@example.org');

  // Gwen has held her place for days; Dan was offered one, and his time is up.
  await db
    .updateTable('invites')
    .set({ created_at: now.subtract({ hours: 72 }) })
    .where('event_id', '=', event.id)
    .execute();
  await db.updateTable('events').set({ capacity: 2 }).where('id', '=', event.id).execute();
  await db
    .updateTable('attendances')
    .set({ state: 'offered', offered_until: now.subtract({ minutes: 1 }) })
    .where('email', '=', 'dan@example.org')
    .execute();
  const { rows: schedules } = await sql<{ name: string; cron: string }>`
    select name, cron from pgboss.schedule order by name`.execute(db);
  t.same(schedules, [
    { name: 'expand-broadcast', cron: '*/10 * * * *' },
    { name: 'remind', cron: '*/5 * * * *' },
    { name: 'renewals', cron: '7,37 * * * *' },
    { name: 'sweep', cron: '*/10 * * * *' },
    { name: 'training', cron: '*/5 * * * *' },
  ]);
  await sql`update pgboss.schedule set cron = '* * * * *' where name = 'remind'`.execute(db);

  const reminder = await arrives('reminder', 'gwen@example.org');
  t.match(reminder.text, /Talk at the library/);
  t.match((await arrives('offer-ended', 'dan@example.org')).text, /not on the waiting list any more/);
  t.match((await arrives('place-free', 'bob@example.org')).text, /attendance\/accept/);

  const moved = startsAt.add({ minutes: 20 });
  await db.transaction().execute(async (trx) => {
    const times = { starts_at: moved, ends_at: moved.add({ hours: 1 }) };
    await trx.updateTable('events').set(times).where('id', '=', event.id).execute();
    // As if the change had been made five minutes ago, and has settled.
    await queueTelling(trx, queue, event.id, Temporal.Now.instant().subtract({ minutes: 5 }));
  });
  const news = await arrives('moved', 'gwen@example.org');
  const calendar = news.attachments.find(({ mimeType }) => mimeType === 'text/calendar');
  t.ok(calendar, 'with the new time for her calendar');
  t.equal(server.child.exitCode, null);
});
