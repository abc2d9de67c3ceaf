import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { plannedSite } from '../events/planned-site.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';

const COORDINATORS = 50;

/** Requests of one coordinator's browser and fifty have the same way; what counts is that they come at once. */
const rush = async (t: Test, constraint?: string) => {
  const site = await plannedSite(t);
  const { db, carol, form } = site;
  if (constraint) await sql`alter table events drop constraint ${sql.ref(constraint)}`.execute(db);
  const answers = await atOnce(
    db,
    'events',
    Array.from(
      { length: COORDINATORS },
      (_, i) => () => carol.post('/coordinate/events', { ...form, title: `Stall ${i % 5}` }),
    ),
  );
  const { count } = await db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { ...site, answers, count };
};

t.test(`${COORDINATORS} requests at once for one pitch: one event`, needsPostgres(), async (t) => {
  const { answers, count } = await rush(t);
  t.equal(count, 1);
  const byStatus = Map.groupBy(answers, ({ statusCode }) => statusCode);
  t.same([byStatus.get(303)?.length, byStatus.get(422)?.length], [1, COORDINATORS - 1]);
  for (const answer of byStatus.get(422) ?? []) t.match(answer.body, /has this pitch then.*See ‘Stall \d’/s);
});

t.test('without the constraint there are more', needsPostgres(), async (t) => {
  const { count } = await rush(t, 'one_event_on_a_pitch');
  t.ok(count > 1, `${count} events: so the test above can fail`);
});

t.test('many events moved onto one pitch at once: one gets it, none breaks', needsPostgres(), async (t) => {
  const { db, carol, form } = await plannedSite(t);
  const days = Array.from({ length: 12 }, (_, i) => `2026-12-${10 + i}`);
  for (const date of days) await carol.post('/coordinate/events', { ...form, date });
  const answers = await Promise.all(
    days.map((date) =>
      carol.post(`/coordinate/events/stall-at-the-library-${date}`, { ...form, version: '1' }),
    ),
  );
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(11).fill(422)]);
  const { count } = await db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('starts_at', '=', Temporal.Instant.from('2026-12-05T11:00:00Z'))
    .executeTakeFirstOrThrow();
  t.equal(count, 1);
});

t.test('two who save one event at once: one is told of the other', needsPostgres(), async (t) => {
  const { carol, form, address } = await plannedSite(t);
  await carol.post('/coordinate/events', form);
  const answers = await Promise.all(
    ['One', 'Two'].map((title) => carol.post(address, { ...form, title, version: '1' })),
  );
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 409]);
});
