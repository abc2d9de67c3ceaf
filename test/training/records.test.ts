import { randomUUID } from 'node:crypto';
import t from 'tap';
import { correctRecord, isCurrentOn, passesOf, recordPass } from '../../src/training/records.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeSession } from '../make.ts';

const day = (date: string) => Temporal.PlainDate.from(date);

t.test('training records', async (t) => {
  const { db, clock } = await testApp(t);
  const module = await makeModule(db, { mandatory_for: ['champion'], validity_months: 12, version: 3 });
  const champion = await makeChampion(db);
  const now = clock.now();
  const about = { championId: champion.id, moduleId: module.id, recordedBy: null, now };
  const passes = async () => (await passesOf(db, [champion.id])).get(champion.id) ?? [];
  const isCurrent = (date: string) =>
    isCurrentOn(
      db,
      { id: champion.id, confirmedAt: champion.confirmed_at },
      { day: day(date), timeZone: 'Europe/London', now },
    );
  const write = <T>(work: (trx: Parameters<typeof recordPass>[0]) => Promise<T>) =>
    db.transaction().execute(work);

  await t.test('a pass counts from its day on', async (t) => {
    t.notOk(await isCurrent('2026-11-23'));
    await write((trx) => recordPass(trx, { ...about, passedOn: day('2026-11-23'), source: 'e-learning' }));
    t.match(await passes(), [{ moduleId: module.id, moduleVersion: 3 }]);
    t.ok(await isCurrent('2026-11-23'));
    t.ok(await isCurrent('2027-11-23'));
    t.notOk(await isCurrent('2026-11-22'));
    t.notOk(await isCurrent('2027-11-24'));
  });

  await t.test('a mistake is corrected by a record of its own, once', async (t) => {
    const { id } = await db.selectFrom('training_records').select('id').executeTakeFirstOrThrow();
    const correction = { recordId: id, reason: 'The wrong day', recordedBy: null, now };
    const second = await write((trx) => correctRecord(trx, { ...correction, passedOn: day('2026-11-20') }));
    t.ok(second);
    t.equal(String((await passes())[0]!.passedOn), '2026-11-20');
    t.equal(await write((trx) => correctRecord(trx, { ...correction, passedOn: null })), undefined);
    await write((trx) => correctRecord(trx, { ...correction, recordId: second!, passedOn: null }));
    t.same(await passes(), []);
    t.equal(
      await write((trx) => correctRecord(trx, { ...correction, recordId: randomUUID(), passedOn: null })),
      undefined,
    );
    await t.rejects(db.updateTable('training_records').set({ score: 100 }).execute(), /kept as it was made/);
  });

  await t.test('who was not at the session has not passed it', async (t) => {
    const session = await makeSession(db, { module_id: module.id });
    const bookingId = randomUUID();
    await db
      .insertInto('bookings')
      .values({
        id: bookingId,
        session_id: session.id,
        champion_id: champion.id,
        state: 'absent',
        booked_at: now,
      })
      .execute();
    const passed = { ...about, passedOn: day('2026-12-02'), source: 'session' as const, bookingId };
    await t.rejects(
      write((trx) => recordPass(trx, passed)),
      /was not there/,
    );
    await db.updateTable('bookings').set({ state: 'attended' }).where('id', '=', bookingId).execute();
    t.ok(await write((trx) => recordPass(trx, passed)));
    t.equal(await write((trx) => recordPass(trx, passed)), undefined, 'once a booking');
  });
});
