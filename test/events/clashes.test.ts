import t from 'tap';
import { type ClashFacts, findClashes, type Neighbour, travelBetween } from '../../src/events/clashes.ts';
import { instantOf, readDay, readTime } from '../../src/events/typed-times.ts';

const ZONE = 'Europe/London';
const at = (text: string) => Temporal.Instant.from(text);
const NOW = at('2026-11-23T09:00:00Z');

const CENTRE = { latitude: 52.0436, longitude: -0.7553 };
const BLETCHLEY = { latitude: 51.995, longitude: -0.732 };

/** A Saturday, 11am to 3pm, half an hour around it, at a venue open from 9 to 6. */
const facts = (changed: Partial<ClashFacts> = {}): ClashFacts => ({
  startsAt: at('2026-12-05T11:00:00Z'),
  endsAt: at('2026-12-05T15:00:00Z'),
  from: at('2026-12-05T10:30:00Z'),
  until: at('2026-12-05T15:30:00Z'),
  capacity: null,
  permitted: false,
  venue: {
    id: 'v',
    name: 'Centre:MK',
    spot: CENTRE,
    mostPeople: 20,
    permissionDays: 7,
    hours: [{ weekday: 6, opens: '09:00:00', closes: '18:00:00' }],
  },
  neighbours: [],
  ...changed,
});

const neighbour = (from: string, until: string, more: Partial<Neighbour> = {}): Neighbour => ({
  slug: 'talk',
  title: 'Talk',
  venue: 'Bletchley Library',
  spot: BLETCHLEY,
  from: at(from),
  until: at(until),
  shared: 'lead',
  isLead: true,
  ...more,
});

const found = (changed: Partial<ClashFacts> = {}) => findClashes(facts(changed), ZONE, NOW);
const one = (changed: Partial<ClashFacts>) => {
  const [clash, ...others] = found(changed);
  return others.length === 0 ? { ...clash } : others;
};

t.test('nothing to say of what fits', async (t) => {
  t.same(found(), []);
  t.same(found({ venue: undefined, capacity: 500 }), [], 'online');
  t.same(found({ venue: { ...facts().venue!, hours: [] } }), [], 'hours that nobody entered');
});

t.test('the lead in two places', async (t) => {
  t.match(one({ neighbours: [neighbour('2026-12-05T15:00:00Z', '2026-12-05T17:00:00Z')] }), {
    kind: 'lead',
    field: 'lead',
    text: /‘Talk’ at the same time/,
    remedy: /another lead/,
    link: { href: '/coordinate/events/talk' },
  });
});

t.test('too little time to travel, for a lead and for kit', async (t) => {
  const { walked, needed } = travelBetween(CENTRE, BLETCHLEY);
  t.notOk(walked);
  t.ok(needed > 25 && needed < 40, `${needed} minutes`);
  t.match(one({ neighbours: [neighbour('2026-12-05T15:50:00Z', '2026-12-05T17:00:00Z')] }), {
    kind: 'travel',
    field: 'lead',
    text: /has 20 minutes to get from here to ‘Talk’ at Bletchley Library, and needs \d+ \(about 7\.\d km: \d+ minutes by car/,
  });
  const gazebo = { isLead: false, shared: 'Gazebo' };
  t.match(one({ neighbours: [neighbour('2026-12-05T08:00:00Z', '2026-12-05T10:20:00Z', gazebo)] }), {
    field: 'kit',
    text: /‘Gazebo’ has 10 minutes to get here from/,
    remedy: /other kit/,
  });
  t.same(
    found({ neighbours: [neighbour('2026-12-05T16:15:00Z', '2026-12-05T17:00:00Z')] }),
    [],
    'time enough',
  );
  t.same(
    found({ neighbours: [neighbour('2026-12-05T15:30:00Z', '2026-12-05T17:00:00Z', { spot: CENTRE })] }),
    [],
    'the same place',
  );
  t.same(
    found({ neighbours: [neighbour('2026-12-05T15:31:00Z', '2026-12-05T17:00:00Z', { spot: undefined })] }),
    [],
  );
  t.ok(travelBetween(CENTRE, { ...CENTRE, latitude: CENTRE.latitude + 0.005 }).walked);
});

t.test('outside the venue’s hours', async (t) => {
  t.match(one({ endsAt: at('2026-12-05T18:30:00Z') }), {
    field: 'to',
    text: /open from 9am to 6pm on Saturdays/,
  });
  t.match(one({ startsAt: at('2026-12-05T08:59:00Z') }), { field: 'from' });
  const sunday = { startsAt: at('2026-12-06T11:00:00Z'), endsAt: at('2026-12-06T15:00:00Z') };
  t.match(one(sunday), { field: 'date', text: /closed on Sundays/, link: { href: '/coordinate/venues/v' } });
  t.match(one({ endsAt: at('2026-12-06T10:00:00Z') }), { field: 'to' }, 'into the next day');
});

t.test('a day on which the clocks change', async (t) => {
  const { venue: _, ...online } = facts();
  const on = (day: string) =>
    findClashes(
      { ...online, venue: undefined, startsAt: at(`${day}T11:00:00Z`), endsAt: at(`${day}T12:00:00Z`) },
      ZONE,
      NOW,
    );
  t.match(on('2027-03-28'), [
    { kind: 'clocks', text: /go forward on Sunday 28 March 2027/, remedy: /midday to 1pm/ },
  ]);
  t.match(on('2027-10-31'), [{ text: /go back on Sunday 31 October 2027/ }]);
  t.same([...on('2027-03-27'), ...on('2027-03-29'), ...on('2027-10-30')], []);
});

t.test('too late to ask, and too many people', async (t) => {
  const near = { startsAt: at('2026-11-28T11:00:00Z'), endsAt: at('2026-11-28T15:00:00Z') };
  t.match(one(near), { kind: 'permission', text: /asked 7 days ahead, and it is 5 days until then/ });
  t.same(found({ ...near, permitted: true }), []);
  t.match(one({ capacity: 21 }), {
    kind: 'people',
    field: 'capacity',
    text: /allows 20 people, and 21 can come/,
  });
});

t.test('times as people type them, and times that the clocks leave out or repeat', async (t) => {
  const times = [
    '11:00',
    '11am',
    '11.30 am',
    '2:05pm',
    '12am',
    '12pm',
    'midday',
    '9',
    '25:00',
    '11:60',
    '13pm',
    'x',
  ];
  t.same(
    times.map((typed) => readTime(typed)?.toString().slice(0, 5)),
    ['11:00', '11:00', '11:30', '14:05', '00:00', '12:00', '12:00', ...Array(5).fill(undefined)],
  );
  t.same(
    ['2027-02-29', '29/2/2028', '1.12.2026', '2026-1-1', ''].map((typed) => readDay(typed)?.toString()),
    [undefined, '2028-02-29', '2026-12-01', undefined, undefined],
  );
  const read = (day: string, time: string) => JSON.stringify(instantOf(readDay(day)!, readTime(time)!, ZONE));
  t.match(read('2027-03-28', '1:30am'), /go forward that night, and 1:30am is left out. Choose 2am or later/);
  t.match(
    read('2027-10-31', '1:30am'),
    /go back that night, and 1:30am comes twice. Choose a time before 1am, or from 2am/,
  );
  t.equal(read('2027-03-28', '2am'), '{"instant":"2027-03-28T01:00:00Z"}');
  t.equal(read('2027-10-31', '0:59'), '{"instant":"2027-10-30T23:59:00Z"}');
  t.equal(read('2027-10-31', '2am'), '{"instant":"2027-10-31T02:00:00Z"}');
});
