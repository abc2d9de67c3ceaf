import { parse as parseHtml } from 'node-html-parser';
import PostalMime from 'postal-mime';
import t from 'tap';
import { codeFor, forReading } from '../../src/accounts/code.ts';
import { readConfig } from '../../src/config.ts';
import type { Message } from '../../src/mail/messages.ts';
import { renderer } from '../../src/mail/render.ts';
import { deliverMail } from '../deliver.ts';
import { invite, mailSetup, stall, welcome } from './setup.ts';
import { smtpServer } from './smtp.ts';

/** One database for all: each test sends what it queued. */
const setup = await mailSetup(t);

const withEnv = (env: Record<string, string>) => ({
  ...setup,
  config: readConfig({ NODE_ENV: 'test', PUBLIC_URL: setup.config.publicUrl, ...env }),
});

const CODE_ID = '019ab000-0000-7000-8000-0000000000cc';

const signUp: Pick<Message, 'kind' | 'data' | 'invite'> = {
  kind: 'sign-up',
  data: {
    fullName: "Nguyễn O'Brien",
    codeId: CODE_ID,
    event: stall,
    booking: welcome,
    awaitingGuardian: false,
  },
  invite,
};

t.test('over SMTP, a sign-up is one message to one person that calendars understand', async (t) => {
  const server = await smtpServer(t);
  const mail = withEnv({ SMTP_URL: server.url, MAIL_FROM: 'Westand <hello@westand.example>' });
  const id = await mail.queueMail(signUp);
  await deliverMail(mail);

  t.equal(server.received.length, 1);
  const { raw, from, to } = server.received[0]!;
  t.equal(from, 'hello@westand.example');
  t.strictSame(to, ['alice@example.org']);
  const parsed = await PostalMime.parse(raw);
  t.match(parsed, {
    subject: 'Your sign-up',
    from: { name: 'Westand', address: 'hello@westand.example' },
    to: [{ name: '', address: 'alice@example.org' }],
    messageId: `<${id}@champions.example.org>`,
    date: '2026-11-23T09:00:00.000Z',
  });
  t.match(raw, /^Auto-Submitted: auto-generated\r$/m);
  t.notMatch(raw.replaceAll('\r\n', ''), /[\r\n]/, 'every line ends in CRLF');

  const parts = [...raw.matchAll(/^Content-Type: ([^\r]+(?:\r\n\s[^\r]+)*)/gm)].map(
    ([, type]) => type!.split(';')[0],
  );
  t.strictSame(parts, [
    'multipart/mixed',
    'multipart/alternative',
    'text/plain',
    'text/html',
    'text/calendar',
    'application/ics',
  ]);
  t.match(raw, /^Content-Type: text\/calendar; method=REQUEST; charset=utf-8\r$/m);
  const [shown, file] = parsed.attachments.map(({ content }) =>
    new TextDecoder().decode(content as ArrayBuffer),
  );
  t.match(shown, /^METHOD:REQUEST\r?$/m);
  t.equal(file, shown);
  t.equal(parsed.attachments[1]!.filename, 'invite.ics');
  t.match(await mail.stateOf(id), { state: 'sent', attempts: 1, last_error: null });
});

t.test('text and HTML say the same, and carry the code and no token', async (t) => {
  const mail = setup;
  await mail.queueMail(signUp);
  const [message] = await deliverMail(mail);
  const { text = '', html = '' } = message!.parsed;
  const code = forReading(codeFor(CODE_ID, mail.config.sessionSecret));
  const words = parseHtml(html).querySelector('body')!.text.replace(/\s+/g, ' ');
  for (const one of [
    "Nguyễn O'Brien",
    code,
    ...Object.values(stall),
    ...Object.values(welcome),
    '10 minutes',
  ]) {
    t.ok(text.includes(one), `the text says ${one}`);
    t.ok(words.includes(one), `the HTML says ${one}`);
  }
  t.match(text, /If you did not sign up, you need do nothing\./);
  const links = [...text.matchAll(/https?:\S+/g), ...html.matchAll(/(?<=href=")[^"]+/g)].map(
    ([link]) => link,
  );
  t.strictSame(
    new Set(links),
    new Set(
      ['https://champions.example.org', '/me', '/sign-in'].map((path) =>
        new URL(path, 'https://champions.example.org').href.replace(/\/$/, ''),
      ),
    ),
  );
  t.notMatch(html, /<img|<link|<script|url\(|@import/);
});

t.test('no subject, sender or calendar says what the programme is about', async (t) => {
  const mail = setup;
  const kinds = ['sign-up', 'already-signed-up', 'sign-in', 'left', 'removed-from-calendar'] as const;
  for (const kind of kinds) {
    await mail.queueMail({ kind, data: { ...signUp.data, released: kind === 'left' ? [welcome] : welcome } });
  }
  const delivered = await deliverMail(mail);
  t.strictSame(
    delivered.map(({ parsed }) => parsed.subject),
    ['Your sign-up', 'You are already signed up', 'Your code', 'You have left', 'Your booking is cancelled'],
  );
  for (const { parsed } of delivered) {
    t.notMatch(
      `${parsed.text} ${parsed.html}`,
      /hate|crime|champion(?!s\.example)|coordinator|police|\{\{|undefined|\[object/i,
    );
    t.equal(parsed.attachments.length, 0);
  }
});

t.test('16 or 17: the message says that a guardian comes first, and books nothing', async (t) => {
  const mail = setup;
  await mail.queueMail({
    kind: 'sign-up',
    data: { fullName: 'Bob', codeId: CODE_ID, event: stall, awaitingGuardian: true },
  });
  const [message] = await deliverMail(mail);
  t.match(message!.parsed.text, /guardian has to\s+agree first/);
  t.match(message!.parsed.text, /nothing is\s+booked/);
  t.notMatch(message!.parsed.text, /Your place is booked|calendar/);
});

t.test('names come back as they were typed, in each part', async (t) => {
  const mail = setup;
  const names = ["O'Brien", 'Nguyễn', 'Łukasz', 'محمد بن عبد الله', 'Zoë & <b>Bold</b> {{x}}', 'Prince'];
  for (const fullName of names) await mail.queueMail({ ...signUp, data: { ...signUp.data, fullName } });
  const delivered = await deliverMail(mail);
  t.equal(delivered.length, names.length);
  for (const [i, { parsed }] of delivered.entries()) {
    t.ok(parsed.text?.includes(`Hello ${names[i]},`));
    t.ok(parseHtml(parsed.html!).querySelectorAll('p')[0]!.text.includes(`Hello ${names[i]},`));
    const calendar = new TextDecoder()
      .decode(parsed.attachments[0]!.content as ArrayBuffer)
      .replace(/\r?\n /g, '');
    t.ok(calendar.includes(`;CN="${names[i]}":`));
  }
});

t.test('what was typed makes no header and no recipient', async (t) => {
  const server = await smtpServer(t);
  const mail = withEnv({ SMTP_URL: server.url });
  const evil = 'Eve\r\nBcc: mallory@example.org\r\n\r\nX';
  const event = { title: evil, when: evil, place: evil };
  await mail.queueMail({
    ...signUp,
    data: { ...signUp.data, fullName: evil, event },
    invite: { ...invite, title: evil },
  });
  const refused = await mail.queueMail({
    ...signUp,
    recipient: 'alice@example.org\r\nRCPT TO:<mallory@example.org>',
  });
  await deliverMail(mail);
  for (const { raw, to } of server.received) {
    t.notMatch(to.join(), /mallory/);
    t.notMatch(raw.split('\r\n\r\n')[0]!, /^Bcc/im);
  }
  t.not((await mail.stateOf(refused)).last_error, null);
});

t.test('another try is the same message, byte for byte', async (t) => {
  const mail = setup;
  const render = renderer(mail.config, mail.templates);
  const id = await mail.queueMail(signUp);
  const row = await mail.db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  t.strictSame(render(row), render(row));
  const [first] = await deliverMail(mail);
  await mail.db.deleteFrom('captured_messages').execute();
  await mail.db
    .updateTable('messages')
    .set({ state: 'retrying', sent_at: null })
    .where('id', '=', id)
    .execute();
  await mail.db.transaction().execute((trx) => mail.queue.enqueue(trx, 'send-message', { messageId: id }));
  const [second] = await deliverMail(mail);
  t.equal(second!.raw, first!.raw);
  t.notMatch(second!.raw.replaceAll('\r\n', ''), /[\r\n]/, 'as it goes over SMTP');
});

t.test('to our own address goes a message without an invite', async (t) => {
  const mail = withEnv({ MAIL_FROM: 'hello@westand.example' });
  await mail.queueMail({ ...signUp, recipient: 'hello@westand.example' });
  const [message] = await deliverMail(mail);
  t.equal(message!.parsed.attachments.length, 0);
  t.notMatch(message!.parsed.text, /invite/);
});
