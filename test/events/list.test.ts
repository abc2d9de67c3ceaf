import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';

const at = (text: string) => Temporal.Instant.from(text);
const titles = (html: string) => [...html.matchAll(/href="\/events\/([a-z0-9-]+)"/g)].map(([, slug]) => slug);
const pageLink = (html: string, rel: 'prev' | 'next') =>
  new RegExp(`href="([^"]+)" rel="${rel}"`)
    .exec(html)?.[1]
    ?.replaceAll('&amp;', '&')
    .replaceAll('&#x3D;', '=');

/** A stall that starts at this hour of the Saturday. */
const hour = (start: number) => ({
  starts_at: at(`2026-11-28T${String(start).padStart(2, '0')}:00:00Z`),
  ends_at: at(`2026-11-28T${String(start).padStart(2, '0')}:45:00Z`),
});

t.test('only what people may see is in the list, in order of time', async (t) => {
  const { db, browser } = await testApp(t);
  for (const state of ['draft', 'venue requested', 'permitted', 'ready'] as const) {
    await makeEvent(db, { slug: `hidden-${state.replace(' ', '-')}`, state });
  }
  await makeEvent(db, { slug: 'second', ...hour(12) });
  await makeEvent(db, { slug: 'first', ...hour(9) });
  await makeEvent(db, {
    slug: 'off',
    ...hour(10),
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  });
  await makeEvent(db, { slug: 'later', ...hour(14), state: 'postponed' });
  const page = await browser().get('/events');
  t.equal(page.statusCode, 200);
  t.same(titles(page.body), ['first', 'off', 'second', 'later']);
  t.match(page.body, 'Cancelled');
  t.match(page.body, 'Postponed: we will give a new date here');
});

t.test('filters', async (t) => {
  const { db, browser } = await testApp(t);
  const wolverton = await makeNeighbourhood(db, { slug: 'wolverton', name: 'Wolverton' });
  const library = await makeVenue(db, { neighbourhood_id: wolverton.id, name: 'Wolverton Library' });
  const pitch_id = (await makePitch(db, { venue_id: library.id })).id;
  await makeEvent(db, { slug: 'stall', title: 'Stall at Centre:MK' });
  const starts_at = at('2026-11-28T12:00:00Z');
  await makeEvent(db, { slug: 'talk', kind: 'talk', title: 'Being 100% kind', pitch_id, starts_at });
  await makeEvent(db, {
    slug: 'past',
    starts_at: at('2026-10-10T10:00:00Z'),
    ends_at: at('2026-10-10T14:00:00Z'),
  });
  await makeEvent(db, {
    slug: 'on-now',
    starts_at: at('2026-11-23T08:00:00Z'),
    ends_at: at('2026-11-23T10:00:00Z'),
  });
  const list = async (query: string) => titles((await browser().get(`/events?${query}`)).body);

  t.same(await list('neighbourhood=wolverton'), ['talk']);
  t.same(await list('kind=talk&neighbourhood=&words=&from=&to='), ['talk']);
  t.same(await list('words=WOLVERTON+kind'), ['talk']);
  t.same(await list('words=0%25'), ['talk'], 'a percent sign is a percent sign');
  t.same(await list('words=_'), [], 'and an underscore an underscore');
  t.same(await list('words=%00%0d%0a'), ['on-now', 'stall', 'talk'], 'no words at all');
  t.same(await list('from=2026-10-01&to=2026-10-31'), ['past']);
  t.same(await list('to=10/10/2026'), ['past'], 'a last day in the past shows what was on');
  t.same(await list('to=2026-11-27'), ['on-now'], 'a last day to come starts now');
  t.same(await list('from=2026-11-28'), ['stall', 'talk']);
  t.same(await list('utm_source=x&constructor=y'), ['on-now', 'stall', 'talk']);

  const kept = await browser().get('/events?kind=talk&words=kind&from=2026-11-24');
  t.match(kept.body, '<option value="talk" selected>');
  t.match(kept.body, 'value="kind"');
  t.match(kept.body, 'value="2026-11-24"');
  const empty = await browser().get('/events?words=nothing+like+it');
  t.match(empty.body, 'No event fits what you chose');
  t.match(empty.body, 'href="/events">see all events</a>');
});

t.test('a filter that makes no sense is told, beside its field, and kept', async (t) => {
  const { browser } = await testApp(t);
  const cases: [string, RegExp][] = [
    ['from=2026-02-30', /href="#from">Enter a real date to look from/],
    ['to=soon', /href="#to">Enter a real date/],
    ['from=9999-12-31', /href="#from"/],
    ['from=2026-12-02&to=2026-12-01', /href="#to">The last day must be/],
    ['kind=riot', /href="#kind">Choose a kind/],
    ['kind=talk&kind=stall', /href="#kind"/],
    ['neighbourhood=atlantis', /href="#neighbourhood">Choose a neighbourhood/],
    [`words=${'x'.repeat(300)}`, /href="#words">Search with 100/],
    ['words=a&words=b', /href="#words"/],
    ['words=<script>alert(1)</script>&kind=__proto__', /href="#kind"/],
  ];
  for (const [query, expected] of cases) {
    const page = await browser().get(`/events?${query}`);
    t.equal(page.statusCode, 422, query);
    t.match(page.body, expected);
    t.match(page.body, '<title>Error: ');
    t.match(
      page.body,
      '<details class="govuk-details" open>',
      'the field that the error links to is not folded away',
    );
    t.notMatch(page.body, '<script>alert');
  }
  t.match((await browser().get('/events?to=soon&words=tea')).body, 'value="tea"');
});

t.test('pages', async (t) => {
  const { db, browser } = await testApp(t);
  const { id: pitch_id } = await makePitch(db);
  const slugs = Array.from({ length: 45 }, (_, index) => `e-${String(index + 10)}`);
  const first = at('2026-12-01T10:00:00Z');
  for (const [index, slug] of slugs.entries()) {
    // Pairs share their start, so that the id has to decide.
    const starts_at = first.add({ hours: 24 * Math.floor(index / 2) });
    const ends_at = starts_at.add({ hours: 1 });
    await makeEvent(db, { slug, starts_at, ends_at, ...(index % 2 ? {} : { pitch_id }) });
  }
  const { get } = browser();

  const one = (await get('/events')).body;
  const two = (await get(pageLink(one, 'next')!)).body;
  const three = (await get(pageLink(two, 'next')!)).body;
  t.same([...titles(one), ...titles(two), ...titles(three)].toSorted(), slugs, 'each event once');
  t.same([titles(one).length, titles(two).length, titles(three).length], [20, 20, 5]);
  t.equal(pageLink(one, 'prev'), undefined);
  t.equal(pageLink(three, 'next'), undefined);

  const back = (await get(pageLink(three, 'prev')!)).body;
  t.same(titles(back), titles(two), 'the page before the last is the second');
  t.same(titles((await get(pageLink(back, 'prev')!)).body), titles(one), 'and before that the first');
  t.same(
    titles((await get(pageLink(one, 'next')!)).body),
    titles(two),
    'an address keeps its meaning: Back shows the same',
  );

  await makeEvent(db, { slug: 'added', starts_at: first, ends_at: first.add({ hours: 1 }) });
  t.same(
    titles((await get(pageLink(one, 'next')!)).body),
    titles(two),
    'also when an event is added before it',
  );

  const filtered = (await get('/events?words=stall&kind=stall')).body;
  t.match(
    pageLink(filtered, 'next'),
    /kind=stall.*words=stall|words=stall.*kind=stall/,
    'pages keep the filters',
  );
  for (const junk of [
    'after=x',
    'before=2026-13-45T99:99:99Z_00000000-0000-0000-0000-000000000000',
    'after=1&after=2',
  ]) {
    const page = await get(`/events?${junk}`);
    t.equal(page.statusCode, 200, junk);
    t.equal(titles(page.body).length, 20);
  }
});

t.test('junk in the address does not make pages to keep', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'only' });
  const plain = await browser().get('/events');
  const junk = await browser().get('/events?utm_campaign=week&fbclid=1');
  t.equal(junk.headers.etag, plain.headers.etag);
  const again = await browser().get('/events?junk=2', { 'if-none-match': String(plain.headers.etag) });
  t.equal(again.statusCode, 304);
});
