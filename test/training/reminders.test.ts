import t from 'tap';
import { remindToRenew } from '../../src/training/reminders.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { makeBooking, makeChampion, makeModule, makeRecord, makeSession } from '../make.ts';

type Items = { name: string; by: string; today: boolean }[];

/** All of it in one programme: each test has modules and people of its own, and looks at theirs only. */
t.test('reminders to renew', async (t) => {
  const site = await testApp(t);
  const { db, queue } = site;
  const at = (text: string) => Temporal.Instant.from(text);
  let modules = 0;

  const module = (row: Parameters<typeof makeModule>[1] = {}) => {
    modules++;
    const about = { name: `Module ${modules}`, induction: false, position: modules, validity_months: 12 };
    return makeModule(db, { ...about, mandatory_for: ['champion'], ...row });
  };

  /** Someone who passed these modules on a day. */
  const person = async (passed: [module: { id: string }, day: string][], row = {}) => {
    const champion = await makeChampion(db, row);
    const pass = (module_id: string, passed_on: string) =>
      makeRecord(db, { champion_id: champion.id, module_id, passed_on });
    for (const [{ id }, day] of passed) await pass(id, day);
    const had = async () => {
      const rows = await db
        .selectFrom('messages')
        .select('data')
        .where('champion_id', '=', champion.id)
        .where('kind', '=', 'renewal')
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(({ data }) => (data.items as Items).map(({ name, by }) => `${name} ${by}`).join(', '));
    };
    return { champion, pass, had };
  };

  const run = async (...instants: string[]) => {
    for (const instant of instants) await remindToRenew(db, queue, at(instant));
  };
  /** Every hour of some days. */
  const everyHour = async (from: string, days: number) => {
    const start = at(from);
    for (let hour = 0; hour < days * 24; hour++) await remindToRenew(db, queue, start.add({ hours: hour }));
  };

  await t.test('60, 30 and 7 days before, and on the day, once each, from 9am', async (t) => {
    const one = await module({ name: 'Safeguarding' });
    const { had } = await person([[one, '2025-12-10']]);
    const steps: [string, number][] = [
      ['2026-10-10T12:00:00Z', 0],
      ['2026-10-11T07:59:00Z', 0],
      ['2026-10-11T08:00:00Z', 1],
      ['2026-10-11T20:00:00Z', 1],
      ['2026-11-09T12:00:00Z', 1],
      ['2026-11-10T08:59:00Z', 1],
      ['2026-11-10T09:00:00Z', 2],
      ['2026-12-02T23:00:00Z', 2],
      ['2026-12-03T09:10:00Z', 3],
      ['2026-12-09T12:00:00Z', 3],
      ['2026-12-10T08:30:00Z', 3],
      ['2026-12-10T09:00:00Z', 4],
      ['2026-12-11T09:00:00Z', 4],
      ['2027-02-01T09:00:00Z', 4],
    ];
    for (const [instant, count] of steps) {
      for (let times = 0; times < 3; times++) await run(instant);
      t.equal((await had()).length, count, instant);
    }
    t.same(await had(), Array(4).fill('Safeguarding Thursday 10 December'));
    const [first] = await deliverMail(site);
    t.equal(first!.parsed.subject, 'Your training: something to renew');
    t.match(first!.parsed.text, /- Safeguarding\n {2}by Thursday 10 December\n\nYour page says how/);
    t.match(first!.parsed.text, /http:\/\/localhost:3000\/me\n/);
    t.notMatch(`${first!.parsed.text} ${first!.parsed.html}`, /hate|crime|champion|\{\{|undefined/i);
  });

  await t.test('one message for all that is due on a day', async (t) => {
    const two = [await module(), await module()] as const;
    const { had } = await person([
      [two[0], '2026-01-20'],
      [two[1], '2026-01-20'],
    ]);
    await run('2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z');
    const by = 'Wednesday 20 January 2027';
    t.same(await had(), [`${two[0].name} ${by}, ${two[1].name} ${by}`]);
  });

  await t.test('late by days: the nearest one, and not those before', async (t) => {
    const one = await module();
    const { had } = await person([[one, '2025-11-30']]);
    await run('2026-11-26T10:00:00Z', '2026-11-29T10:00:00Z');
    t.equal((await had()).length, 1, 'three days late');
    await run('2026-11-30T10:00:00Z');
    t.equal((await had()).length, 2);
    const late = await person([[one, '2025-11-30']]);
    await run('2026-12-01T10:00:00Z');
    t.same(await late.had(), [], 'never of what is over');
  });

  await t.test('who is booked in time is left alone, and who renewed starts anew', async (t) => {
    const one = await module();
    const first = await makeSession(db, {
      module_id: one.id,
      starts_at: at('2027-03-01T18:00:00Z'),
      ends_at: at('2027-03-01T19:00:00Z'),
    });
    const afterwards = await makeSession(db, {
      module_id: one.id,
      starts_at: at('2027-03-02T18:00:00Z'),
      ends_at: at('2027-03-02T19:00:00Z'),
    });
    const [booked, tooLate, renewed] = await Promise.all(
      Array.from({ length: 3 }, () => person([[one, '2026-03-01']])),
    );
    const place = (who: typeof booked, session_id: string) =>
      makeBooking(db, { champion_id: who!.champion.id, session_id });
    const { id } = await place(booked, first.id);
    await place(tooLate, afterwards.id);
    await renewed!.pass(one.id, '2026-12-01');
    await run('2026-12-31T10:00:00Z');
    t.same(
      [(await booked!.had()).length, (await tooLate!.had()).length, (await renewed!.had()).length],
      [0, 1, 0],
    );
    const withdrawn = { state: 'withdrawn' as const, withdrawn_at: at('2027-01-02T10:00:00Z') };
    await db.updateTable('bookings').set(withdrawn).where('id', '=', id).execute();
    await run('2027-01-03T10:00:00Z');
    t.equal((await booked!.had()).length, 1, 'who gives up the place hears of it');
    await booked!.pass(one.id, '2027-01-10');
    await run('2027-01-30T10:00:00Z', '2027-02-22T10:00:00Z', '2027-03-01T10:00:00Z');
    t.equal((await booked!.had()).length, 1, 'not of what was renewed');
    await run('2027-11-11T10:00:00Z');
    t.match((await booked!.had())[1], /Monday 10 January 2028/, 'of the new last day');
  });

  await t.test('nobody who stopped, has left, or waits for a guardian', async (t) => {
    const one = await module();
    const stopped = await Promise.all(
      (['paused', 'suspended', 'declined', 'left', 'signed up', 'awaiting guardian'] as const).map((state) =>
        person([[one, '2027-05-01']], {
          state,
          ...(state === 'left' ? { left_at: at('2027-06-01T10:00:00Z') } : {}),
        }),
      ),
    );
    await run('2028-03-02T10:00:00Z');
    t.same(await Promise.all(stopped.map(({ had }) => had())), Array(6).fill([]));
    const back = { state: 'active' as const };
    await db.updateTable('champions').set(back).where('id', '=', stopped[0]!.champion.id).execute();
    await run('2028-03-09T10:00:00Z');
    t.equal((await stopped[0]!.had()).length, 1, 'who goes on again hears of it');
  });

  await t.test(
    'of what greeters and leads need too, not of what nobody needs, nor what is closed',
    async (t) => {
      const [lead, extra, closed] = [
        await module({ mandatory_for: ['lead'] }),
        await module({ mandatory_for: [] }),
        await module({ closed_at: at('2028-01-01T00:00:00Z') }),
      ];
      const { had } = await person([lead, extra, closed].map((one) => [one, '2028-01-01']));
      await run('2028-11-02T10:00:00Z');
      t.same(await had(), [`${lead.name} Monday 1 January 2029`]);
    },
  );

  await t.test('while time to catch up runs out', async (t) => {
    const since = { required_since: '2029-03-01', grace_days: 30 };
    const one = await module({ validity_months: null, version: 2, counts_from_version: 2, ...since });
    const old = await person([[one, '2028-06-01']], { confirmed_at: at('2028-05-01T10:00:00Z') });
    const recent = await person([], { confirmed_at: at('2029-03-02T10:00:00Z') });
    const done = await person([], { confirmed_at: at('2028-05-01T10:00:00Z') });
    const record = { champion_id: done.champion.id, module_id: one.id, module_version: 2 };
    await makeRecord(db, { ...record, passed_on: '2029-03-01' });
    await run('2029-03-01T10:00:00Z', '2029-03-02T10:00:00Z');
    t.same(await old.had(), [`${one.name} Saturday 31 March`]);
    await run('2029-03-24T09:00:00Z', '2029-03-31T09:00:00Z', '2029-04-01T09:00:00Z');
    t.same([(await old.had()).length, await recent.had(), await done.had()], [3, [], []]);
  });

  await t.test('by the clocks on the walls, where they change and elsewhere', async (t) => {
    const one = await module();
    const sixtyBefore = (day: string) =>
      Temporal.PlainDate.from(day).add({ days: 60 }).subtract({ months: 12 }).toString();
    const hourOf = async (championId: string) => {
      const { sent_at } = await db
        .selectFrom('renewal_reminders')
        .select('sent_at')
        .where('champion_id', '=', championId)
        .executeTakeFirstOrThrow();
      return sent_at.toString();
    };
    for (const [zone, day, first] of [
      ['Europe/London', '2030-03-30', '2030-03-30T09:00:00Z'],
      ['Europe/London', '2030-03-31', '2030-03-31T08:00:00Z'],
      ['Europe/London', '2030-10-26', '2030-10-26T08:00:00Z'],
      ['Europe/London', '2030-10-27', '2030-10-27T09:00:00Z'],
      ['America/St_Johns', '2030-11-03', '2030-11-03T12:30:00Z'],
      ['Pacific/Auckland', '2030-12-01', '2030-11-30T20:00:00Z'],
    ] as const) {
      await db.updateTable('programme').set({ time_zone: zone }).execute();
      const { champion, had } = await person([[one, sixtyBefore(day)]]);
      const from = at(first).subtract({ hours: 24 });
      const odd = at(first).epochMilliseconds % 3_600_000 ? 30 : 0;
      await everyHour(from.subtract({ minutes: odd }).toString(), 1);
      t.equal((await had()).length, 0, `${zone}, not on the day before ${day}`);
      await everyHour(first, 2);
      t.equal((await had()).length, 1);
      t.equal(await hourOf(champion.id), first, `${zone}, at 9am on ${day}`);
    }
  });
});
