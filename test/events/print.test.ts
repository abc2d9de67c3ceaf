import { parse } from 'node-html-parser';
import t, { type Test } from 'tap';
import { testApp } from '../helper.ts';
import { makeCampaign, makeEvent } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { readPdf, scan } from './paper.ts';

const PUBLIC_URL = 'https://champions.example.org';
const LONG =
  'Neighbours’ get-together with Łukasz Nguyễn at Llanfairpwllgwyngyllgogerychwyrndrobwll Community Centre '.padEnd(
    200,
    'and so on ',
  );

const LOWER_FACE = { from: 148.5 };

type Row = Parameters<typeof makeEvent>[1];

/** An event 'stall' with the code 'mkstall', of a campaign, and a coordinator of its area. */
const openPress = async (t: Test, row: Row = {}) => {
  const site = await testApp(t, { env: { PUBLIC_URL } });
  const { id: campaign_id } = await makeCampaign(site.db, {
    hashtags: ['WeStandTogether', '#LetsHateHate'],
    messages: ['Stand with your neighbours'],
  });
  const event = await makeEvent(site.db, {
    slug: 'stall',
    code: 'mkstall',
    summary: 'Meet the people who stand up against hate.',
    campaign_id,
    ...row,
  });
  const { area_id: areaId } = await site.db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  const { browser } = await signedInCoordinator(site, { areaId });
  const fetch = async (what: 'poster' | 'table-card', wording = 'neutral') => {
    const response = await browser.get(`/coordinate/events/stall/${what}.pdf?wording=${wording}`);
    t.equal(response.statusCode, 200);
    t.equal(response.headers['content-type'], 'application/pdf');
    t.equal(response.headers['content-disposition'], `attachment; filename="${what}-mkstall.pdf"`);
    return readPdf(response.rawPayload);
  };
  return { ...site, mine: browser, event, fetch };
};

t.test('the poster’s code is read from near, from two metres, and in black and white', async (t) => {
  const { fetch } = await openPress(t);
  for (const wording of ['neutral', 'campaign']) {
    const poster = await fetch('poster', wording);
    t.equal(poster.pages, 1);
    t.same([Math.round(poster.size.width), Math.round(poster.size.height)], [210, 297], 'A4, upright');
    const near = await scan(poster, 4);
    t.equal(near?.url, `${PUBLIC_URL}/j/mkstall`);
    t.ok(Math.abs(near!.width - 120) < 1, `${near!.width} mm across`);
    const module = near!.width / near!.modules;
    t.ok(module > 3.6, `${module} mm a module`);
    const quiet = 4 * module - 0.5;
    for (const [side, x, y, wide, high] of [
      ['over', -quiet, -quiet, 120 + 2 * quiet, quiet - 0.5],
      ['under', -quiet, 120.5, 120 + 2 * quiet, quiet - 0.5],
      ['left', -quiet, 0, quiet - 0.5, 120],
      ['right', 120.5, 0, quiet - 0.5, 120],
    ] as const)
      t.equal(near!.dark(near!.x + x, near!.y + y, wide, high), 0, `white ${side} the code`);

    t.equal((await scan(poster, 0.7))?.url, `${PUBLIC_URL}/j/mkstall`, 'from two metres');
    t.equal((await scan(poster, 2, { gray: true }))?.url, `${PUBLIC_URL}/j/mkstall`, 'in gray');
    t.equal((await scan(poster, 0.7, { gray: true }))?.url, `${PUBLIC_URL}/j/mkstall`, 'in gray, two metres');
  }
});

t.test('the table card’s code is read from across the table', async (t) => {
  const { fetch } = await openPress(t);
  const card = await fetch('table-card', 'campaign');
  t.equal(card.pages, 1);
  const near = await scan(card, 4, LOWER_FACE);
  t.equal(near?.url, `${PUBLIC_URL}/j/mkstall`);
  t.ok(Math.abs(near!.width - 72) < 1, `${near!.width} mm across`);
  t.equal((await scan(card, 2, { gray: true, ...LOWER_FACE }))?.url, `${PUBLIC_URL}/j/mkstall`);
  t.equal(
    card.lines.filter(({ words }) => words.startsWith('champions.example.org/j')).length,
    2,
    'on both faces',
  );
});

t.test('neutral wording says nothing of what it is about', async (t) => {
  const { fetch } = await openPress(t, { title: 'Hate crime stall for champions' });
  for (const what of ['poster', 'table-card'] as const) {
    const { words, info } = await fetch(what);
    for (const part of [
      'Milton Keynes champions',
      'Stall at Centre:MK',
      'Saturday 28 November, 11am to 3pm',
      'Centre:MK, near the Samsung shop',
      'Midsummer Place, Milton Keynes MK9 3AA. Go in by the oak tree and turn left.',
      'Stop by and say hello.',
      'champions.example.org/j/mkstall',
      'In danger? Call 999.',
    ])
      t.ok(words.includes(part), `${part}, in: ${words}`);
    const rest = words.replaceAll('Milton Keynes champions', '').replaceAll('champions.example.org', '');
    t.notMatch(rest, /hate|crime|champion|stand|report/i);
    t.equal(info.Title, what === 'poster' ? 'Poster: Stall at Centre:MK' : 'Table card: Stall at Centre:MK');
    t.equal(info.Language, 'en-GB');
  }
});

t.test('campaign wording has the campaign’s messages and hashtags, and asks people to join', async (t) => {
  const { fetch } = await openPress(t);
  for (const what of ['poster', 'table-card'] as const) {
    const { words } = await fetch(what, 'campaign');
    for (const part of [
      'Stand with your neighbours · #WeStandTogether · #LetsHateHate',
      'Meet the people who stand up against hate.',
      'to become a champion',
      'To report: 101, or champions.example.org/report',
    ])
      t.ok(words.includes(part), `${part}, in: ${words}`);
  }
});

t.test('a screen reader hears the words once, in order, with a title and what the picture is', async (t) => {
  const { fetch } = await openPress(t);
  for (const what of ['poster', 'table-card'] as const) {
    const { marked, structure } = await fetch(what);
    t.equal(marked, true);
    const [document] = structure!.children as { role: string; children: { role: string; alt?: string }[] }[];
    t.equal(document!.role, 'Document');
    const roles = document!.children.map(({ role }) => role);
    t.equal(roles.filter((role) => role === 'H1').length, 1);
    const figures = document!.children.filter(({ role }) => role === 'Figure');
    t.same(
      figures.map(({ alt }) => alt),
      [`QR code for ${PUBLIC_URL}/j/mkstall`],
    );
  }
});

t.test('names that English has no letters for, and titles of 200 letters, stay on the page', async (t) => {
  const { fetch, db } = await openPress(t, { title: LONG });
  await db
    .updateTable('venues')
    .set({ directions: LONG.repeat(5), name: LONG })
    .execute();
  for (const wording of ['neutral', 'campaign'])
    for (const what of ['poster', 'table-card'] as const) {
      const read = await fetch(what, wording);
      t.ok(read.words.includes('with Łukasz Nguyễn at Llanfairpwllgwyngyllgogerychwyrndrobwll'), read.words);
      t.ok(read.words.includes('and so on'), 'to its end');
      t.equal(read.pages, 1);
      const code = (await scan(read, 4, what === 'poster' ? {} : LOWER_FACE))!;
      t.equal(code.url, `${PUBLIC_URL}/j/mkstall`);
      const quiet = (4 * code.width) / code.modules;
      for (const { words, x, y, width } of read.lines) {
        const upsideDown = what === 'table-card' && y < 148;
        t.ok(upsideDown || (x > 3 && x + width < 207), `${words}: within the sheet`);
        t.ok(y > 3 && y < 294, `${words}: within the sheet`);
        if (upsideDown) continue;
        const besides = x + width < code.x - quiet + 1 || x > code.x + code.width;
        const above = y < code.y - quiet + 1 || y > code.y + code.width + quiet - 1;
        t.ok(besides || above, `${words}: clear of the code`);
      }
    }
});

t.test('one word of 200 letters', async (t) => {
  const { fetch } = await openPress(t, { title: 'W'.repeat(200) });
  for (const what of ['poster', 'table-card'] as const) {
    const { words, lines } = await fetch(what);
    t.equal(words.match(/W/g)?.length, what === 'poster' ? 200 : 400);
    const upright = lines.filter(({ y }) => what === 'poster' || y > 148);
    const right = Math.max(...upright.map(({ x, width }) => x + width));
    t.ok(right < 207, String(right));
  }
});

t.test('what is called off says so', async (t) => {
  const { fetch, db } = await openPress(t);
  for (const [state, said] of [
    ['cancelled', 'CANCELLED'],
    ['postponed', 'POSTPONED'],
  ] as const) {
    const cancelled_at = state === 'cancelled' ? Temporal.Instant.from('2026-11-20T10:00:00Z') : null;
    await db
      .updateTable('events')
      .set({ state, cancelled_at, cancelled_reason: cancelled_at && 'Rain' })
      .execute();
    for (const what of ['poster', 'table-card'] as const) {
      const { words } = await fetch(what, 'campaign');
      t.ok(words.includes(said));
      t.ok(words.indexOf(said) < words.indexOf('Stall at'), 'before its title');
      t.ok(words.includes('Please don’t travel to it.'));
      t.notMatch(words, /become a champion/);
    }
  }
});

t.test('something online has the address of its page, not its link', async (t) => {
  const { fetch, db, event } = await openPress(t);
  await db
    .updateTable('events')
    .set({ kind: 'online', pitch_id: null, online_url: 'https://meet.example.org/secret' })
    .where('id', '=', event.id)
    .execute();
  for (const what of ['poster', 'table-card'] as const) {
    const { words } = await fetch(what);
    t.ok(words.includes('Online To join, go to champions.example.org/events/stall'), words);
    t.notMatch(words, /meet\.example|secret/);
  }
});

t.test('the page to print from shows what is on it, in the wording chosen', async (t) => {
  const { mine, db } = await openPress(t, { state: 'draft' });
  const open = async (query = '') => {
    const { statusCode, body } = await mine.get(`/coordinate/events/stall/print${query}`);
    t.equal(statusCode, 200);
    const main = parse(body).querySelector('main')!;
    return {
      words: main.text.replace(/\s+/g, ' '),
      chosen: main.querySelector('input[checked]')?.getAttribute('value'),
      links: main.querySelectorAll('a.govuk-button').map((link) => link.getAttribute('href')),
    };
  };
  const downloads = (wording: string) =>
    ['poster', 'table-card'].map((what) => `/coordinate/events/stall/${what}.pdf?wording=${wording}`);

  const neutral = await open();
  t.equal(neutral.chosen, 'neutral');
  t.same(neutral.links, downloads('neutral'));
  for (const words of ['not public yet', 'Stop by and say hello.', `${PUBLIC_URL}/j/mkstall`])
    t.match(neutral.words, words);
  t.notMatch(neutral.words, '#WeStandTogether');

  const campaign = await open('?wording=campaign');
  t.equal(campaign.chosen, 'campaign');
  t.same(campaign.links, downloads('campaign'));
  t.match(campaign.words, '#WeStandTogether');
  t.equal((await open('?wording=<b>')).chosen, 'neutral');

  await db
    .updateTable('events')
    .set({ title: 'Чай with Łukasz Nguyễn', state: 'published', campaign_id: null })
    .execute();
  const { words } = await open('?wording=campaign');
  t.match(words, /question mark: Ч а й/);
  t.match(words, 'belongs to no campaign');
  t.notMatch(words, 'not public yet');
});

t.test('only a coordinator of its area prints it', async (t) => {
  const site = await openPress(t);
  const { browser: elsewhere } = await signedInCoordinator(site);
  for (const what of ['print', 'poster.pdf', 'table-card.pdf']) {
    t.equal((await elsewhere.get(`/coordinate/events/stall/${what}`)).statusCode, 404);
    t.equal((await site.mine.get(`/coordinate/events/nowhere/${what}`)).statusCode, 404);
    t.equal((await site.mine.get(`/coordinate/events/%00/${what}`)).statusCode, 404);
  }
});
