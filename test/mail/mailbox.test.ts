import { parse } from 'node-html-parser';
import t from 'tap';
import { queueMessage } from '../../src/mail/messages.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { invite, stall, welcome } from './setup.ts';

type App = Awaited<ReturnType<typeof testApp>>;

const CODE_ID = '019ab000-0000-7000-8000-0000000000cc';

const send = async (app: App, count = 1) => {
  for (let i = 0; i < count; i++) {
    await app.db.transaction().execute((trx) =>
      queueMessage(
        trx,
        app.queue,
        {
          kind: 'sign-up',
          championId: null,
          recipient: `alice${i}@example.org`,
          data: { fullName: 'Alice <b>', codeId: CODE_ID, event: stall, booking: welcome },
          invite,
        },
        app.clock.now(),
      ),
    );
  }
  return deliverMail(app);
};

t.test('the captured mailbox', async (t) => {
  const app = await testApp(t);
  const browser = app.browser();

  const empty = await browser.get('/mailbox');
  t.match(empty, { statusCode: 200, headers: { 'cache-control': 'no-store' } });
  t.match(empty.body, 'Nothing yet');

  const [message] = await send(app);
  const list = parse((await browser.get('/mailbox')).body);
  const link = list.querySelector(`a[href="/mailbox/${message!.id}"]`);
  t.match(link?.text, /Your sign-up/);

  const page = await browser.get(`/mailbox/${message!.id}`);
  t.equal(page.statusCode, 200);
  t.match(page.headers['content-security-policy'], /frame-src 'self'/);
  const words = parse(page.body).querySelector('main')!.text;
  for (const one of [
    'Hello Alice <b>,',
    'Wednesday 2 December, 6pm to 7:30pm',
    'REQUEST',
    'invite.ics',
    'Auto-Submitted',
  ]) {
    t.ok(parse(words).text.includes(parse(one).text), one);
  }

  const html = await browser.get(`/mailbox/${message!.id}.html`);
  t.equal(html.body, message!.parsed.html);
  t.equal(
    html.headers['content-security-policy'],
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
  );

  const eml = await browser.get(`/mailbox/${message!.id}.eml`);
  t.match(eml.headers, { 'content-type': 'message/rfc822', 'cache-control': 'no-store' });
  t.equal(eml.body, message!.raw);

  await send(app, 26);
  const first = parse((await browser.get('/mailbox')).body);
  t.equal(first.querySelectorAll('main .ws-list__item').length, 25);
  const older = first.querySelector('.govuk-pagination__next a')!.getAttribute('href')!;
  const second = parse((await browser.get(older)).body);
  t.equal(second.querySelectorAll('main .ws-list__item').length, 2);
  t.notOk(second.querySelector('.govuk-pagination__next a'));

  for (const id of [
    'x',
    '../x',
    '019ab000-0000-7000-8000-00000000dead',
    `${message!.id}.pdf`,
    `${message!.id}x`,
  ]) {
    t.equal((await browser.get(`/mailbox/${id}`)).statusCode, 404, id);
  }
  t.equal((await browser.get('/mailbox?before=x')).statusCode, 400);
});

t.test('there is none where mail goes out', async (t) => {
  const app = await testApp(t, { env: { SMTP_URL: 'smtp://127.0.0.1:1' } });
  t.equal((await app.browser().get('/mailbox')).statusCode, 404);
});
