import ical from 'ical.js';
import { parse } from 'node-html-parser';
import t from 'tap';
import { renderer } from '../../src/mail/render.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeSession } from '../make.ts';
import { newestCode } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, templates, browser } = site;
const session = (await makeSession(db, { capacity: 1_000 })).id;
const render = renderer(config, templates);

const legal = [
  "O'Brien",
  'Alice O’Brien',
  'Nguyễn Thị Minh',
  'Łukasz Żak',
  'Sukarno',
  'محمد عبد الله',
  'علی‌رضا',
  'Anne-Marie Smith–Jones',
  'J. R. Hartley',
  'de la Cruz',
  'Ngũgĩ wa Thiong’o',
  'Björk Guðmundsdóttir',
  '李小龍',
  'Siân ap Rhys',
  'Martin Luther King, Jr.',
  'Mary (Molly) D’Arcy',
  'Kahoʻolawe ʻĀina',
  'Ольга Иванова',
  'अनन्या शर्मा',
  'ศิริพร',
  'X Æ A-12',
];

const calendarName = (content: string) =>
  new ical.Component(ical.parse(content))
    .getFirstSubcomponent('vevent')!
    .getFirstProperty('attendee')!
    .getParameter('cn');

for (const [i, name] of legal.entries()) {
  t.test(`${name} is who they say they are, everywhere`, async (t) => {
    const email = `person${i}@example.org`;
    const phone = browser();
    const response = await phone.post('/join', { fullName: name, email, ageBand: '18+', session });
    t.equal(response.statusCode, 303);

    const message = await db
      .selectFrom('messages')
      .selectAll()
      .where('recipient', '=', email)
      .executeTakeFirstOrThrow();
    t.equal(message.data.fullName, name, 'queued');
    const mail = render(message);
    t.ok(String(mail.text).includes(`Hello ${name},`), 'in the text');
    t.ok(parse(String(mail.html)).text.includes(`Hello ${name},`), 'in the HTML');
    t.equal(calendarName(String(mail.alternatives![0]!.content)), name, 'in the calendar');

    await phone.post('/join/confirm', { code: await newestCode(db, config, email) });
    const me = parse((await phone.get('/me')).body);
    t.equal(me.querySelector('h1')?.text, `Hello, ${name}`, 'on the page');
    const saved = await phone.post('/me/details', { fullName: `${name} B` });
    t.equal(saved.statusCode, 303);
    t.ok(pageText(await phone.get('/me')).includes('Your details are saved'));
    const details = parse((await phone.get('/me/details')).body);
    t.equal(details.getElementById('fullName')?.getAttribute('value'), `${name} B`, 'changed');
  });
}

t.test('the same letters in another encoding are the same name', async (t) => {
  await browser().post('/join', {
    fullName: 'Zoë Nguyễn'.normalize('NFD'),
    email: 'zoe@example.org',
    ageBand: '18+',
  });
  const { full_name } = await db
    .selectFrom('champions')
    .select('full_name')
    .where('email_key', '=', 'zoe@example.org')
    .executeTakeFirstOrThrow();
  t.equal(full_name, 'Zoë Nguyễn'.normalize('NFC'));
});

const phones = {
  '01908 123456': '+441908123456',
  '07700 900123': '+447700900123',
  '+48 22 123 45 67': '+48221234567',
};
const longest = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`;
const addresses = {
  'ALICE@Example.ORG': 'alice@example.org',
  "o'brien+stall@example.co.uk": "o'brien+stall@example.co.uk",
  'alice@bücher.example': 'alice@xn--bcher-kva.example',
  'alice@xn--bcher-kva.example': 'alice@xn--bcher-kva.example',
  'alice@例え.テスト': 'alice@xn--r8jz45g.xn--zckzah',
  ' alice@spaces.example\r\n': 'alice@spaces.example',
  [longest]: longest,
};

t.test('addresses and numbers that are unusual and right', async (t) => {
  for (const [typed, key] of Object.entries(addresses)) {
    const response = await browser().post('/join', { fullName: 'Alice', email: typed, ageBand: '18+' });
    t.equal(response.statusCode, 303, typed.slice(0, 40));
    t.ok(
      await db.selectFrom('champions').select('id').where('email_key', '=', key).executeTakeFirst(),
      key.slice(0, 40),
    );
  }
  for (const [typed, phone] of Object.entries(phones)) {
    await browser().post('/join', {
      fullName: 'Alice',
      email: `a${phone}@example.org`,
      ageBand: '18+',
      phone: typed,
    });
    const row = await db
      .selectFrom('champions')
      .select('phone')
      .where('phone', '=', phone)
      .executeTakeFirst();
    t.ok(row, typed);
  }
});
