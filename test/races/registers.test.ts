import { sql } from 'kysely';
import t from 'tap';
import { recordPass } from '../../src/training/records.ts';
import { needsPostgres } from '../helper.ts';
import { makeChampion } from '../make.ts';
import { openRegisterSite } from '../training/registers.ts';

const AT_ONCE = 8;
const times = <T>(work: (turn: number) => T) => Array.from({ length: AT_ONCE }, (_, turn) => work(turn));
const countOf = (statuses: { statusCode: number }[], status: number) =>
  statuses.filter(({ statusCode }) => statusCode === status).length;

t.test(
  'many pass one person at once, one by one and all together: one record',
  needsPostgres(),
  async (t) => {
    const { carol, timeIs, book, records, register } = await openRegisterSite(t);
    const alice = await book('Alice One', 'attended');
    await timeIs('2026-12-02T19:30:00Z');
    const answers = await Promise.all(
      times((turn) => carol.post(turn % 2 ? `${alice.at}/pass` : `${register}/passes`)),
    );
    t.equal(countOf(answers, 303), AT_ONCE);
    t.equal((await records()).length, 1);

    await Promise.all(times(() => carol.post(`${alice.at}/pass/withdrawal`, { reason: 'Wrong button' })));
    t.same(
      (await records()).map(({ outcome }) => outcome),
      ['passed', 'void'],
      'and it is taken back once',
    );
  },
);

t.test('taken back in the register and in the records at once: once', needsPostgres(), async (t) => {
  const { carol, timeIs, book, records, stateOf } = await openRegisterSite(t);
  const people = await Promise.all(times((turn) => book(`Alice ${turn}`, 'attended')));
  await timeIs('2026-12-02T19:30:00Z');
  await Promise.all(people.map(({ at }) => carol.post(`${at}/pass`)));
  const not = { what: 'not passed', reason: 'not passed' };
  const answers = await Promise.all([
    ...people.map(({ at }) => carol.post(`${at}/pass/withdrawal`, { reason: 'Wrong button' })),
    ...(await records()).map(({ id }) => carol.post(`/coordinate/training/records/${id}/correction`, not)),
  ]);
  t.equal(countOf(answers, 303) + countOf(answers, 422), 2 * AT_ONCE, 'neither waits for the other for ever');
  t.equal((await records()).length, 2 * AT_ONCE);
  for (const { id } of people) t.equal(await stateOf(id), 'attended');
});

t.test('without its index there would be several records of one booking', needsPostgres(), async (t) => {
  const { db, book, records, module, clock } = await openRegisterSite(t);
  const { id: bookingId, champion } = await book('Alice One', 'attended');
  await sql`drop index one_record_of_a_booking`.execute(db);
  const pass = {
    championId: champion.id,
    moduleId: module.id,
    bookingId,
    recordedBy: null,
    now: clock.now(),
  };
  const passedOn = Temporal.PlainDate.from('2026-12-02');
  await Promise.all(
    times(() => db.transaction().execute((trx) => recordPass(trx, { ...pass, passedOn, source: 'session' }))),
  );
  t.equal((await records()).length, AT_ONCE, 'so the test above can fail');
});

t.test('one says absent while another records the pass: never both', needsPostgres(), async (t) => {
  const { carol, timeIs, book, records, stateOf } = await openRegisterSite(t);
  const people = await Promise.all(times((turn) => book(`Alice ${turn}`, 'attended')));
  await timeIs('2026-12-02T19:30:00Z');
  await Promise.all(
    people.flatMap(({ at }) => [carol.post(at, { mark: 'absent' }), carol.post(`${at}/pass`)]),
  );
  const passed = new Set((await records()).map(({ booking_id }) => booking_id));
  for (const { id } of people) t.equal(await stateOf(id), passed.has(id) ? 'passed' : 'absent');
});

t.test('many add people to the last places at once, each of them twice', needsPostgres(), async (t) => {
  const { carol, timeIs, register, db, neighbourhood, session } = await openRegisterSite(t, { capacity: 3 });
  await timeIs('2026-12-02T17:40:00Z');
  const people = await Promise.all(times(() => makeChampion(db, { neighbourhood_id: neighbourhood.id })));
  const add = ({ id }: { id: string }) => carol.post(`${register}/walk-ins`, { champion: id });
  const answers = await Promise.all([...people, ...people].map(add));
  t.equal(countOf(answers, 303) + countOf(answers, 422), 2 * AT_ONCE, 'each has its place, or is told');
  const rows = await db.selectFrom('bookings').select('champion_id').execute();
  t.equal(rows.length, 3);
  t.equal(new Set(rows.map(({ champion_id }) => champion_id)).size, 3, 'nobody has two');
  t.match(await db.selectFrom('sessions').select('booked').where('id', '=', session.id).executeTakeFirst(), {
    booked: 3,
  });
});

t.test('without the constraint there would be more than there are places', needsPostgres(), async (t) => {
  const { carol, timeIs, register, db, neighbourhood } = await openRegisterSite(t, { capacity: 3 });
  await sql`alter table sessions drop constraint sessions_never_overbooked`.execute(db);
  await timeIs('2026-12-02T17:40:00Z');
  const people = await Promise.all(times(() => makeChampion(db, { neighbourhood_id: neighbourhood.id })));
  await Promise.all(people.map(({ id }) => carol.post(`${register}/walk-ins`, { champion: id })));
  const rows = await db.selectFrom('bookings').select('id').execute();
  t.equal(rows.length, AT_ONCE, 'so the test above can fail');
});
