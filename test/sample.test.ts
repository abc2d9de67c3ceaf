import t from 'tap';
import { checkCertificate } from '../src/certificates/check.ts';
import { openDatabase } from '../src/db.ts';
import { at, awarenessWeekOf, clockChanges, comingSaturday } from '../src/sample/dates.ts';
import { sampleEvents } from '../src/sample/events.ts';
import { loadSampleProgramme } from '../src/sample/load.ts';
import { inductionSessions } from '../src/sample/sessions.ts';
import { readMatrix } from '../src/training/matrix.ts';
import { listModules } from '../src/training/modules.ts';
import { testDatabase } from './database.ts';
import { needsPostgres } from './helper.ts';

const LONDON = 'Europe/London';
const instant = (text: string) => Temporal.Instant.from(text);
const local = (when: Temporal.Instant) => when.toZonedDateTimeISO(LONDON).toPlainDateTime().toString();
const stallAt = (now: string) =>
  sampleEvents(instant(now), LONDON).find(({ slug }) => slug === 'stall-at-centre-mk')!;

t.test('loads once', async (t) => {
  const { db } = await testDatabase(t);
  const now = instant('2026-11-23T09:00:00Z');
  t.equal(await loadSampleProgramme(db, now), true);
  const events = await db.selectFrom('events').selectAll().orderBy('id').execute();
  const routes = await db.selectFrom('reporting_routes').selectAll().orderBy('position').execute();
  t.equal(await loadSampleProgramme(db, now.add({ hours: 24 * 30 })), false);
  const after = await db.selectFrom('events').selectAll().orderBy('id').execute();
  t.equal(JSON.stringify(after), JSON.stringify(events), 'a second time changes nothing');

  t.equal(events.length, 23);
  t.same([...new Set(events.map(({ kind }) => kind))].sort(), ['drop-in', 'stall', 'talk']);
  t.equal(events.filter(({ state }) => state === 'cancelled').length, 1);
  t.same(
    routes.map(({ phone }) => phone),
    ['999', '101', null, '0800 555 111', '0300 1234 148', '08 08 16 89 111', '0800 999 5428'],
  );
  t.ok(routes.every(({ check_by }) => check_by === '2027-05-23'));
  t.same(await db.selectFrom('campaigns').select(['starts_on', 'ends_on']).orderBy('starts_on').execute(), [
    { starts_on: '2026-10-10', ends_on: '2026-10-17' },
    { starts_on: '2027-10-09', ends_on: '2027-10-16' },
  ]);
});

t.test('has a champion who is booked on an induction', async (t) => {
  const { db } = await testDatabase(t);
  await loadSampleProgramme(db, instant('2026-11-23T09:00:00Z'));
  const champion = await db.selectFrom('champions').selectAll().executeTakeFirstOrThrow();
  t.match(champion, { full_name: 'Sam Okafor', email_key: 'sam.sample@westand.example', state: 'confirmed' });
  const booked = await db
    .selectFrom('invites')
    .innerJoin('bookings', 'bookings.id', 'invites.booking_id')
    .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
    .select(['capacity', 'booked'])
    .execute();
  t.same(booked, [{ capacity: 12, booked: 1 }]);
});

t.test('has a champion with a certificate', async (t) => {
  const { db } = await testDatabase(t);
  const now = instant('2026-11-23T09:00:00Z');
  await loadSampleProgramme(db, now);
  const { code } = await db.selectFrom('certificates').select('code').executeTakeFirstOrThrow();
  t.match(await checkCertificate(db, code, { timeZone: LONDON, now }), { name: 'Robin A.', valid: true });
});

t.test('of two processes that start together, one loads', needsPostgres(), async (t) => {
  const database = await testDatabase(t);
  const second = await openDatabase({ databaseUrl: database.url, dataDir: '' });
  t.teardown(() => second.close());
  const now = instant('2026-11-23T09:00:00Z');
  const loaded = await Promise.all([database.db, second.db].map((db) => loadSampleProgramme(db, now)));
  t.same(loaded.sort(), [false, true]);
});

t.test('the stall is on the coming Saturday, 11am to 3pm on the clocks of the day', async (t) => {
  const saturdays = [
    ['2026-11-23T09:00:00Z', '2026-11-28', 0],
    ['2027-03-26T12:00:00Z', '2027-03-27', 0],
    ['2027-03-28T00:30:00Z', '2027-04-03', 1],
    ['2027-10-30T22:59:00Z', '2027-11-06', 0],
    ['2027-10-29T12:00:00Z', '2027-10-30', 1],
    ['2027-06-04T23:30:00Z', '2027-06-05', 1],
  ] as const;
  for (const [now, day, hoursAhead] of saturdays) {
    const { starts_at, ends_at } = stallAt(now);
    t.equal(local(starts_at), `${day}T11:00:00`, now);
    t.equal(local(ends_at), `${day}T15:00:00`, now);
    t.equal(starts_at.toString(), `${day}T${11 - hoursAhead}:00:00Z`, now);
  }
});

t.test('on a Saturday it is today until it ends, then in a week', async (t) => {
  t.equal(local(stallAt('2026-11-28T08:00:00Z').starts_at), '2026-11-28T11:00:00');
  t.equal(local(stallAt('2026-11-28T14:59:00Z').starts_at), '2026-11-28T11:00:00');
  t.equal(local(stallAt('2026-11-28T15:00:00Z').starts_at), '2026-12-05T11:00:00');
  t.equal(comingSaturday(instant('2027-07-03T13:59:00Z'), LONDON, '15:00').toString(), '2027-07-03');
  t.equal(comingSaturday(instant('2027-07-03T14:00:00Z'), LONDON, '15:00').toString(), '2027-07-10');
});

t.test('knows the awareness weeks and the changes of the clocks', async (t) => {
  t.same(
    [2026, 2027, 2028, 2033].map((year) => awarenessWeekOf(year).toString()),
    ['2026-10-10', '2027-10-09', '2028-10-14', '2033-10-08'],
  );
  t.same(clockChanges(instant('2026-11-23T09:00:00Z'), LONDON).map(String), ['2027-03-28', '2027-10-31']);
  t.same(clockChanges(instant('2026-11-23T09:00:00Z'), 'UTC'), []);
});

t.test(
  'on any day of a year it can be loaded: no overlaps, no code or slug twice, inductions to come',
  async (t) => {
    const problems: string[] = [];
    for (
      let now = instant('2026-11-23T16:00:00Z');
      now.toString() < '2027-12';
      now = now.add({ hours: 24 })
    ) {
      const events = sampleEvents(now, LONDON);
      const unique = (key: 'slug' | 'code') =>
        new Set(events.map((event) => event[key])).size === events.length;
      const clash = events.some((a, i) =>
        events
          .slice(i + 1)
          .some(
            (b) =>
              a.venue === b.venue &&
              a.pitch === b.pitch &&
              a.starts_at.epochMilliseconds < b.ends_at.epochMilliseconds &&
              b.starts_at.epochMilliseconds < a.ends_at.epochMilliseconds,
          ),
      );
      const saturday = comingSaturday(now, LONDON, '15:00');
      const late = inductionSessions(saturday, LONDON).some(
        ({ starts_at }) => Temporal.Instant.compare(starts_at, now) <= 0,
      );
      const outside = events.filter(({ campaign }) => campaign).length < 9;
      if (clash || late || outside || !unique('slug') || !unique('code')) problems.push(now.toString());
    }
    t.same(problems, []);
  },
);

t.test('titles are neutral: they go into calendars that people share', async (t) => {
  const titles = sampleEvents(instant('2026-11-23T09:00:00Z'), LONDON).map(({ title }) => title);
  t.same(
    titles.filter((title) => /hate|crime|victim|police|report|champion/i.test(title)),
    [],
  );
});

t.test('an instant is what the clocks of that day say', async (t) => {
  t.equal(at(Temporal.PlainDate.from('2027-03-28'), '11:00', LONDON).toString(), '2027-03-28T10:00:00Z');
  t.equal(at(Temporal.PlainDate.from('2027-10-31'), '11:00', LONDON).toString(), '2027-10-31T11:00:00Z');
});

t.test('has champions in every state of training, and nobody to write to about it', async (t) => {
  const { db } = await testDatabase(t);
  const now = instant('2026-11-23T09:00:00Z');
  await loadSampleProgramme(db, now);
  const [areas, modules] = await Promise.all([
    db.selectFrom('areas').select('id').execute(),
    listModules(db),
  ]);
  const day = now.toZonedDateTimeISO(LONDON).toPlainDate();
  const filter = { areaIds: areas.map(({ id }) => id) };
  const question = { modules, day, timeZone: LONDON, now };
  const { rows } = await readMatrix(db, filter, question, { after: undefined, size: 100 });
  t.same([...new Set(rows.map(({ standing }) => standing))].sort(), [
    'in training',
    'lapsed',
    'not confirmed',
    'ready',
    'stopped',
  ]);
  const statuses = rows.flatMap(({ training }) => training.modules.map(({ status }) => status));
  t.same([...new Set(statuses)].sort(), ['booked', 'current', 'due soon', 'expired', 'not started']);
});
