import PostalMime from 'postal-mime';
import t from 'tap';
import { requeueLostMessages } from '../../src/mail/lost.ts';
import { startWorker } from '../../src/mail/worker.ts';
import type { InviteDetails } from '../../src/schema.ts';
import { deliverMail, quiet } from '../deliver.ts';
import { invite, mailSetup, welcome } from './setup.ts';
import { type Answer, smtpServer } from './smtp.ts';

const about = (sequence: number, method: InviteDetails['method'] = 'REQUEST', uid = invite.uid) => ({
  kind: 'removed-from-calendar' as const,
  data: { released: welcome },
  invite: { ...invite, uid, sequence, method },
});

/** A server that says no until it is told to say yes, and what it took: 'REQUEST 0', 'CANCEL 1', … */
const setup = async (t: Parameters<typeof smtpServer>[0] & Parameters<typeof mailSetup>[0]) => {
  let answer: Answer = { code: 421, text: 'not now' };
  const server = await smtpServer(t, { onMessage: () => answer });
  const taken = () =>
    Promise.all(
      server.received.map(async ({ raw }) => {
        const { attachments } = await PostalMime.parse(raw);
        const source = new TextDecoder().decode(attachments[0]?.content as ArrayBuffer);
        const [, uid] = /UID:(.+?)@/.exec(source) ?? [];
        return { uid, said: `${/METHOD:(\w+)/.exec(source)?.[1]} ${/SEQUENCE:(\d+)/.exec(source)?.[1]}` };
      }),
    );
  return {
    ...(await mailSetup(t, { SMTP_URL: server.url })),
    received: server.received,
    taken,
    comeBack: () => {
      answer = undefined;
    },
  };
};

t.test('after an outage each person hears of one entry in order', async (t) => {
  const mail = await setup(t);
  const request = await mail.queueMail(about(0));
  await deliverMail(mail);
  t.match(await mail.stateOf(request), { state: 'retrying', attempts: 1 });
  const cancel = await mail.queueMail(about(2, 'CANCEL'));
  const moved = await mail.queueMail(about(1));
  await deliverMail(mail);
  t.match(await mail.stateOf(moved), { state: 'queued', attempts: 0 }, 'not tried before its turn');
  mail.comeBack();
  await deliverMail(mail);
  t.same(await mail.taken(), [], 'the server is back, but the first message waits for its next try');
  await deliverMail(mail, { early: true });
  t.same(
    (await mail.taken()).map(({ said }) => said),
    ['REQUEST 0', 'REQUEST 1', 'CANCEL 2'],
  );
  t.match(await mail.stateOf(cancel), { state: 'sent', attempts: 1 });
});

t.test('what is about other entries, or about none, does not wait', async (t) => {
  const mail = await setup(t);
  await mail.queueMail(about(0));
  await deliverMail(mail);
  mail.comeBack();
  await mail.queueMail(about(0, 'REQUEST', 'another@champions.example.org'));
  await mail.queueMail({ kind: 'removed-from-calendar', data: { released: welcome } });
  await deliverMail(mail);
  t.equal((await mail.taken()).length, 2);
});

t.test('a message that failed for good holds up nothing', async (t) => {
  const mail = await setup(t);
  const request = await mail.queueMail(about(0));
  await deliverMail(mail);
  const cancel = await mail.queueMail(about(1, 'CANCEL'));
  await deliverMail(mail);
  mail.comeBack();
  await mail.db
    .updateTable('messages')
    .set({ state: 'failed', last_error: 'gave up' })
    .where('id', '=', request)
    .execute();
  await deliverMail(mail);
  await deliverMail(mail);
  t.match(await mail.stateOf(cancel), { state: 'sent' });
});

t.test('a message that waits is not taken for one whose job was lost', async (t) => {
  const mail = await setup(t);
  await mail.queueMail(about(0));
  await deliverMail(mail);
  const cancel = await mail.queueMail(about(1, 'CANCEL'));
  await deliverMail(mail);
  await requeueLostMessages(mail.db, mail.queue, mail.clock.now().add({ hours: 1 }));
  const jobs = await mail.queue.boss.findJobs('send-message', { data: { messageId: cancel } });
  t.same(
    jobs.map(({ state }) => state),
    ['completed'],
  );
});

t.test('the worker keeps the order, with its batches side by side', async (t) => {
  const mail = await setup(t);
  mail.comeBack();
  const people = Array.from({ length: 60 }, (_, i) => `${i}@champions.example.org`);
  for (const uid of people) await mail.queueMail(about(0, 'REQUEST', uid));
  for (const uid of people) await mail.queueMail(about(1, 'CANCEL', uid));
  const worker = await startWorker({ ...mail, log: quiet, sweeps: [] });
  const until = performance.now() + 20_000;
  while (mail.received.length < 120 && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await worker.stop();
  const unsent = await mail.db.selectFrom('messages').select('id').where('state', '!=', 'sent').execute();
  t.same([unsent.length, mail.received.length], [0, 120]);
  for (const [uid, theirs] of Map.groupBy(await mail.taken(), (one) => one.uid)) {
    t.same(
      theirs.map(({ said }) => said),
      ['REQUEST 0', 'CANCEL 1'],
      `about ${uid}`,
    );
  }
});
