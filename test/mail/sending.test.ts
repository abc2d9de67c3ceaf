import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { KyselyPlugin } from 'kysely';
import t, { type Test } from 'tap';
import { requeueLostMessages } from '../../src/mail/lost.ts';
import { openRecorder } from '../../src/mail/outcomes.ts';
import { renderer } from '../../src/mail/render.ts';
import { openSender } from '../../src/mail/sender.ts';
import { openTransport } from '../../src/mail/transport.ts';
import { deliverMail, quiet } from '../deliver.ts';
import { mailSetup } from './setup.ts';
import { smtpServer } from './smtp.ts';

const signIn = { kind: 'sign-in', data: { codeId: '019ab000-0000-7000-8000-0000000000cc' } } as const;
const early = { early: true };

type Mail = Awaited<ReturnType<typeof mailSetup>>;

const jobOf = async ({ queue }: Mail, messageId: string) => {
  const [job] = await queue.boss.findJobs('send-message', { data: { messageId } });
  return job!;
};

t.test('a refusal for now is tried again, under the same Message-ID', async (t) => {
  let busy = true;
  const server = await smtpServer(t, {
    onMessage: () => (busy ? { code: 451, text: '4.3.2 <alice@example.org> Try later' } : undefined),
  });
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const id = await mail.queueMail(signIn);
  await deliverMail(mail);
  t.match(await mail.stateOf(id), { state: 'retrying', attempts: 1, last_error: '451 4.3.2', sent_at: null });
  const job = await jobOf(mail, id);
  t.equal(job.state, 'retry');
  const pause = (job.startAfter.getTime() - Date.now()) / 1_000;
  t.ok(pause > 4 && pause < 21, `the next try is in ${Math.round(pause)} s`);

  busy = false;
  await deliverMail(mail);
  t.equal(server.received.length, 0, 'not before its time');
  await deliverMail(mail, early);
  t.match(await mail.stateOf(id), { state: 'sent', attempts: 2, last_error: null });
  t.match(server.received[0]!.raw, new RegExp(`^Message-ID: <${id}@champions\\.example\\.org>\r$`, 'm'));
  t.equal((await jobOf(mail, id)).state, 'completed');
});

t.test('a refusal for good is seen as failed, once, without the address', async (t) => {
  const server = await smtpServer(t, {
    onRecipient: (address) =>
      address.startsWith('gone') ? { code: 550, text: `5.1.1 <${address}> unknown` } : undefined,
  });
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const gone = await mail.queueMail({ ...signIn, recipient: 'gone@example.org' });
  const other = await mail.queueMail(signIn);
  await deliverMail(mail);
  t.match(await mail.stateOf(gone), { state: 'failed', attempts: 1, last_error: '550 5.1.1' });
  t.match(await mail.stateOf(other), { state: 'sent' });
  const job = await jobOf(mail, gone);
  t.equal(job.state, 'completed');
  t.notMatch(JSON.stringify(job), 'gone@example.org');
  await deliverMail(mail, early);
  t.match(await mail.stateOf(gone), { state: 'failed', attempts: 1 });
});

t.test('a wrong password of ours fails no message', async (t) => {
  const server = await smtpServer(
    t,
    {},
    {
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, callback) => callback(Object.assign(new Error('no'), { responseCode: 535 })),
    },
  );
  const mail = await mailSetup(t, { SMTP_URL: server.url.replace('//', '//user:wrong@') });
  const id = await mail.queueMail(signIn);
  await deliverMail(mail);
  t.match(await mail.stateOf(id), { state: 'retrying', last_error: '535' });
});

t.test('the last try that is refused fails', async (t) => {
  const server = await smtpServer(t, { onMessage: () => ({ code: 452, text: 'full' }) });
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const id = await mail.queueMail(signIn);
  const transport = openTransport(mail.config, mail.db, mail.clock);
  t.teardown(() => transport.close());
  const sender = openSender(mail.db, mail.clock, quiet, renderer(mail.config, mail.templates), transport);
  const outcomes = await sender.send([{ messageId: id, last: true }]);
  t.match(outcomes.get(id), { state: 'failed', code: '452' });
  t.match(await mail.stateOf(id), { state: 'failed', last_error: '452' });
  t.equal((await sender.send([{ messageId: id, last: false }])).size, 0, 'and is not taken up again');
});

t.test('a message that cannot be composed holds up none of its batch', async (t) => {
  const server = await smtpServer(t);
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await mail.queueMail(signIn));
  const [first, broken, last] = ids as [string, string, string];
  const transport = openTransport(mail.config, mail.db, mail.clock);
  t.teardown(() => transport.close());
  const render = renderer(mail.config, mail.templates);
  const sender = openSender(
    mail.db,
    mail.clock,
    quiet,
    (message) => {
      if (message.id === broken) throw new Error('No template is named so.');
      return render(message);
    },
    transport,
  );
  await sender.send(ids.map((messageId) => ({ messageId, last: false })));
  t.match(await mail.stateOf(broken), { state: 'retrying', last_error: 'UNKNOWN' });
  for (const id of [first, last]) t.match(await mail.stateOf(id), { state: 'sent' });
  t.equal(server.received.length, 2);
});

t.test('a job that runs twice sends once', async (t) => {
  const server = await smtpServer(t);
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const id = await mail.queueMail(signIn);
  await mail.db.transaction().execute((trx) => mail.queue.enqueue(trx, 'send-message', { messageId: id }));
  await deliverMail(mail);
  await mail.db.transaction().execute((trx) => mail.queue.enqueue(trx, 'send-message', { messageId: id }));
  await deliverMail(mail);
  t.equal(server.received.length, 1);
  t.match(await mail.stateOf(id), { state: 'sent', attempts: 1 });
});

/** The update that writes outcomes fails while `isAway` says so. */
const failingWrites = (isAway: () => boolean): KyselyPlugin => ({
  transformQuery: ({ node }) => {
    if (node.kind === 'UpdateQueryNode' && !node.from && isAway()) throw new Error('The database is away.');
    return node;
  },
  transformResult: async ({ result }) => result,
});

t.test('while outcomes cannot be written nothing more is sent, and nothing twice', async (t) => {
  let away = false;
  const server = await smtpServer(
    t,
    {
      onMessage: () => {
        away = true;
        return undefined;
      },
    },
    { onMailFrom: (_address, _session, callback) => setTimeout(callback, 40) },
  );
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) ids.push(await mail.queueMail(signIn));
  const transport = openTransport(mail.config, mail.db, mail.clock);
  t.teardown(() => transport.close());
  const db = mail.db.withPlugin(failingWrites(() => away));
  const sender = openSender(db, mail.clock, quiet, renderer(mail.config, mail.templates), transport);
  const tries = ids.map((messageId) => ({ messageId, last: false }));

  const sending = sender.send(tries);
  // Longer than a database takes to restart.
  await pause(6_000);
  const { length } = server.received;
  t.ok(length > 0 && length < 40, `${length} of 60 had begun`);
  away = false;
  const outcomes = [...(await sending).values()];
  t.equal(outcomes.filter(({ state }) => state === 'sent').length, length);
  t.equal(outcomes.filter(({ code }) => code === 'postponed').length, 60 - length);
  const states = async () => (await Promise.all(ids.map(mail.stateOf))).map(({ state }) => state);
  t.equal((await states()).filter((state) => state === 'sent').length, length, 'all of them are known');

  await openSender(mail.db, mail.clock, quiet, renderer(mail.config, mail.templates), transport).send(tries);
  t.equal(server.received.length, 60, 'the others follow, and none goes out twice');
  t.ok((await states()).every((state) => state === 'sent'));

  const [late] = ids as [string];
  const record = openRecorder(mail.db, mail.clock).record;
  await mail.db
    .updateTable('messages')
    .set({ state: 'retrying', sent_at: null })
    .where('id', '=', late)
    .execute();
  await record({ id: late, kind: 'sign-in', state: 'sent', code: null });
  t.match(await mail.stateOf(late), { state: 'sent' }, 'though another try was put off meanwhile');
  await record({ id: late, kind: 'sign-in', state: 'retrying', code: 'postponed' });
  t.match(await mail.stateOf(late), { state: 'sent' });
});

const silentServer = async (t: Test, greeting: string) => {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    if (greeting) socket.write(greeting);
    t.teardown(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

t.test('nobody at home, or nobody who speaks: tried again', async (t) => {
  const silent = await mailSetup(t, { SMTP_URL: `${await silentServer(t, '')}/?greetingTimeout=300` });
  const absent = await mailSetup(t, { SMTP_URL: 'smtp://127.0.0.1:1' });
  for (const [mail, code] of [
    [silent, 'ETIMEDOUT'],
    [absent, 'ESOCKET'],
  ] as const) {
    const id = await mail.queueMail(signIn);
    await deliverMail(mail);
    t.match(await mail.stateOf(id), { state: 'retrying', last_error: code });
  }
});

t.test('a message for which the server hangs holds up none of the others', async (t) => {
  const server = await smtpServer(t, {
    onRecipient: (address) => (address.startsWith('slow') ? 'hang' : undefined),
  });
  const mail = await mailSetup(t, { SMTP_URL: `${server.url}/?socketTimeout=1500` });
  const slow = await mail.queueMail({ ...signIn, recipient: 'slow@example.org' });
  const others = [];
  for (let i = 0; i < 30; i++) others.push(await mail.queueMail(signIn));
  const done = deliverMail(mail);
  await t.resolves(async () => {
    const until = performance.now() + 1_200;
    while (server.received.length < 30 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
  t.equal(server.received.length, 30);
  await done;
  t.match(await mail.stateOf(slow), { state: 'retrying', last_error: 'ETIMEDOUT' });
  for (const id of others) t.match(await mail.stateOf(id), { state: 'sent' });
});

t.test('an unsent message whose job was lost gets another, until it is too old', async (t) => {
  const mail = await mailSetup(t);
  const lost = await mail.queueMail(signIn);
  const waiting = await mail.queueMail(signIn);
  await mail.queue.boss.deleteJob('send-message', (await jobOf(mail, lost)).id);
  await requeueLostMessages(mail.db, mail.queue, mail.clock.now().add({ hours: 1 }));
  t.equal((await jobOf(mail, lost)).state, 'created');
  t.equal((await mail.queue.boss.findJobs('send-message', { data: { messageId: waiting } })).length, 1);

  await mail.queue.boss.deleteJob('send-message', (await jobOf(mail, lost)).id);
  await requeueLostMessages(mail.db, mail.queue, mail.clock.now().add({ hours: 100 }));
  t.match(await mail.stateOf(lost), { state: 'failed', last_error: 'gave up' });
  t.equal((await deliverMail(mail)).length, 1);
});
