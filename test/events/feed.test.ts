import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import t from 'tap';
import { openFeed } from '../../src/events/feed.ts';
import { calendar, vevent } from '../../src/events/vevent.ts';
import { testApp } from '../helper.ts';
import { makePitch } from '../make.ts';

const at = (text: string) => Temporal.Instant.from(text);
const NOW = at('2026-11-23T09:00:00Z');

t.test('the same event is the same bytes', (t) => {
  const row = {
    id: '0197a1b2-0000-7000-8000-000000000000',
    slug: 'stall',
    kind: 'stall' as const,
    state: 'published' as const,
    startsAt: at('2026-11-28T11:00:00Z'),
    endsAt: at('2026-11-28T15:00:00Z'),
    cancelledReason: null,
    sequence: 0,
    updatedAt: at('2026-11-23T09:00:00.123456Z'),
    venue: 'Centre:MK',
    pitch: 'near the Samsung shop',
    address: 'MK9 3AA',
    directions: 'Turn left.',
  };
  const write = () => calendar('What’s on', [vevent(row, 'https://example.org', { busy: false })]);
  t.equal(write(), write());
  t.match(write(), 'DTSTAMP:20261123T090000Z');
  t.end();
});

t.test('of 1,000 events, only those that changed are written again', async (t) => {
  const { db } = await testApp(t);
  const { id: pitch_id } = await makePitch(db);
  const events = Array.from({ length: 1_000 }, (_, index) => ({
    id: randomUUID(),
    slug: `e-${index}`,
    code: `c${index}x`.padStart(6, '0'),
    pitch_id,
    kind: 'stall' as const,
    title: `Stall ${index}`,
    summary: 'Come and say hello.',
    what_to_expect: 'Friendly people.',
    run_by: 'Friends',
    starts_at: NOW.add({ hours: index }),
    ends_at: NOW.add({ hours: index, minutes: 50 }),
    state: 'published' as const,
  }));
  await db.insertInto('events').values(events.slice(0, 500)).execute();
  await db.insertInto('events').values(events.slice(500)).execute();
  const feed = openFeed(db, 'https://example.org');
  const write = async () => {
    const began = performance.now();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const ics = await feed.write('What’s on', 'Europe/London', NOW);
    delay.disable();
    t.comment(
      `${Math.round(performance.now() - began)} ms, longest hold-up ${Math.round(delay.max / 1e6)} ms`,
    );
    return ics;
  };
  const first = await write();
  t.equal(first.match(/BEGIN:VEVENT/g)?.length, 1_000);
  await db.updateTable('events').set({ kind: 'talk' }).where('slug', '=', 'e-7').execute();
  const second = await write();
  t.equal(second.match(/SUMMARY:Talk at/g)?.length, 1);
  const before = new Set(first.split('BEGIN:VEVENT'));
  t.equal(second.split('BEGIN:VEVENT').filter((one) => !before.has(one)).length, 1);
});
