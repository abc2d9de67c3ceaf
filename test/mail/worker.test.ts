import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startWorker } from '../../src/mail/worker.ts';
import { quiet } from '../deliver.ts';
import { mailSetup } from './setup.ts';
import { smtpServer } from './smtp.ts';

const signIn = { kind: 'sign-in', data: { codeId: '019ab000-0000-7000-8000-0000000000cc' } } as const;

const within = async (milliseconds: number, isSo: () => Promise<boolean> | boolean) => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    if (await isSo()) return true;
    await pause(20);
  }
  return isSo();
};

t.test('the worker sends what is queued before and after it starts, and sweeps', async (t) => {
  const server = await smtpServer(t);
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const lines: unknown[] = [];
  const log = { info: (...line: unknown[]) => lines.push(line), warn: () => {} };
  const before = await mail.queueMail(signIn);
  let swept = 0;
  const sweep = async () => {
    swept++;
  };
  const worker = await startWorker({ ...mail, log, sweeps: [sweep] });
  const after = await mail.queueMail(signIn);
  t.ok(await within(3_000, () => server.received.length === 2));
  for (const id of [before, after])
    t.ok(await within(1_000, async () => (await mail.stateOf(id)).state === 'sent'));
  t.strictSame(lines[0], [{ messageIds: [before] }, 'sent']);
  t.notMatch(JSON.stringify(lines), /example\.org/);

  await mail.queue.boss.send('sweep', {});
  t.ok(await within(5_000, () => swept === 1));
  await worker.stop();
  await mail.queueMail(signIn);
  await pause(1_200);
  t.equal(server.received.length, 2, 'nothing goes out after the stop');
});

t.test('stopping waits for what is being sent, but not for a server that hangs', async (t) => {
  let hang = false;
  const server = await smtpServer(t, { onMessage: () => (hang ? 'hang' : undefined) });
  const mail = await mailSetup(t, { SMTP_URL: server.url });
  const worker = await startWorker({ ...mail, log: quiet, sweeps: [] });
  hang = true;
  const id = await mail.queueMail(signIn);
  t.ok(await within(3_000, async () => (await mail.stateOf(id)).state === 'sending'));
  const begun = performance.now();
  await worker.stop();
  t.ok(performance.now() - begun < 8_000);
  t.match(await mail.stateOf(id), { state: 'retrying', attempts: 1 });
  const [job] = await mail.queue.boss.findJobs('send-message', { data: { messageId: id } });
  t.equal(job!.state, 'retry');
});
