import t from 'tap';
import { holdBack, sweepSuppressed } from '../../src/mail/suppressed.ts';
import { deliverMail } from '../deliver.ts';
import { needsPostgres } from '../helper.ts';
import { someoneWaits } from '../lock-waits.ts';
import { mailSetup } from './setup.ts';
import { type Answer, smtpServer } from './smtp.ts';

const code = { kind: 'sign-in', data: { codeId: '019ab000-0000-7000-8000-0000000000cc' } } as const;
const about = (recipient: string) =>
  ({
    kind: 'removed-from-calendar',
    recipient,
    data: { released: { title: 'A', when: 'B', place: 'C' } },
  }) as const;

/** One database and one server for all: it answers by what the address begins with. */
const refusals: Record<string, Answer> = {};
const atEnd: Record<string, Answer> = {};
const answerIn = (answers: Record<string, Answer>, address: string) =>
  answers[Object.keys(answers).find((start) => address.startsWith(start)) ?? ''];
const server = await smtpServer(t, {
  onRecipient: (address) => answerIn(refusals, address),
  onMessage: ({ to }) => answerIn(atEnd, to[0]!),
});
const mail = await mailSetup(t, { SMTP_URL: server.url });

const isSuppressed = async (address: string) =>
  Boolean(
    await mail.db
      .selectFrom('suppressed_addresses')
      .select('reason')
      .where('email_key', '=', address.toLowerCase())
      .executeTakeFirst(),
  );

t.test('only what says that there is no mailbox gives an address up', async (t) => {
  const replies: [who: string, when: Record<string, Answer>, code: number, text: string, gone: boolean][] = [
    ['unknown', refusals, 550, '5.1.1 no such user', true],
    ['host', refusals, 550, '5.1.2 no such host', true],
    ['moved', refusals, 551, '5.1.6 moved', true],
    ['null', refusals, 556, '5.1.10 takes no mail', true],
    ['closed', refusals, 550, '5.2.1 disabled', true],
    ['plain', refusals, 550, 'no such user here', true],
    ['late', atEnd, 550, '5.1.1 no such user', true],
    ['full', refusals, 552, '5.2.2 full', false],
    ['policy', refusals, 554, '5.7.1 not wanted', false],
    ['blocked', refusals, 550, '5.7.26 not authenticated', false],
    ['content', atEnd, 554, '5.7.1 looks like spam', false],
    ['end', atEnd, 550, 'content refused', false],
    ['sender', refusals, 553, '5.1.8 bad sender', false],
    ['grey', refusals, 451, '4.7.1 try later', false],
    ['greypolicy', refusals, 450, '5.1.1 said wrongly', false],
  ];
  for (const [who, answers, code, text] of replies) answers[`${who}@`] = { code, text };
  for (const [who] of replies) await mail.queueMail(about(`${who}@example.org`));
  await deliverMail(mail);
  for (const [who, , code, text, gone] of replies)
    t.equal(await isSuppressed(`${who}@example.org`), gone, `${code} ${text}`);
});

t.test('what goes to an address that was given up is held back, and not tried', async (t) => {
  refusals['Gone@'] = { code: 550, text: '5.1.1 no such user' };
  const first = await mail.queueMail(about('Gone@example.org'));
  await deliverMail(mail);
  t.match(await mail.stateOf(first), { state: 'failed', last_error: '550 5.1.1' });
  delete refusals['Gone@'];
  const next = await mail.queueMail(about('gone@example.org'));
  await deliverMail(mail);
  t.match(await mail.stateOf(next), { state: 'suppressed', attempts: 0, last_error: '550 5.1.1' });
  t.equal(server.received.filter(({ to }) => to[0]?.startsWith('gone')).length, 0);
});

t.test('a code is still tried once a day, and one that arrives ends it all', async (t) => {
  refusals['back@'] = { code: 550, text: '5.1.1 no such user' };
  const recipient = 'back@example.org';
  await mail.queueMail({ ...code, recipient });
  await deliverMail(mail);
  t.ok(await isSuppressed(recipient));

  const soon = await mail.queueMail({ ...code, recipient });
  await deliverMail(mail);
  t.match(await mail.stateOf(soon), { state: 'suppressed' });

  const later = { ...mail, clock: { now: () => mail.clock.now().add({ hours: 25 }) } };
  const stillGone = await mail.queueMail({ ...code, recipient });
  await deliverMail(later);
  t.match(await mail.stateOf(stillGone), { state: 'failed' });
  delete refusals['back@'];
  const again = await mail.queueMail({ ...code, recipient });
  await deliverMail(later);
  t.match(await mail.stateOf(again), { state: 'suppressed' }, 'not twice in a day');

  const nextDay = { ...mail, clock: { now: () => mail.clock.now().add({ hours: 50 }) } };
  const works = await mail.queueMail({ ...code, recipient });
  await deliverMail(nextDay);
  t.match(await mail.stateOf(works), { state: 'sent' });
  t.notOk(await isSuppressed(recipient), 'the mailbox works again');
  const other = await mail.queueMail(about(recipient));
  await deliverMail(nextDay);
  t.match(await mail.stateOf(other), { state: 'sent' });
});

t.test('a code that is put off for a moment is not held back by its own try', async (t) => {
  const recipient = 'slow@example.org';
  refusals['slow@'] = { code: 550, text: '5.1.1 no such user' };
  await mail.queueMail(about(recipient));
  await deliverMail(mail);
  refusals['slow@'] = { code: 451, text: '4.7.1 greylisted' };
  const later = { ...mail, clock: { now: () => mail.clock.now().add({ hours: 25 }) } };
  const probe = await mail.queueMail({ ...code, recipient });
  await deliverMail(later);
  t.match(await mail.stateOf(probe), { state: 'retrying' });
  delete refusals['slow@'];
  await deliverMail(later, { early: true });
  t.match(await mail.stateOf(probe), { state: 'sent' });
  t.notOk(await isSuppressed(recipient));
});

t.test('what another try has just sent is not held back', needsPostgres(), async (t) => {
  const { db, clock } = mail;
  const recipient = 'twice@example.org';
  refusals['twice@'] = { code: 550, text: '5.1.1 no such user' };
  await mail.queueMail(about(recipient));
  await deliverMail(mail);
  const id = await mail.queueMail(about(recipient));
  const { holding } = await db.transaction().execute(async (trx) => {
    const sent = { state: 'sent' as const, sent_at: clock.now() };
    await trx.updateTable('messages').set(sent).where('id', '=', id).execute();
    const holding = holdBack(db, [id], clock.now());
    await someoneWaits(db);
    return { holding };
  });
  await holding;
  t.match(await mail.stateOf(id), { state: 'sent' });
});

t.test('a refused address is forgotten a year after the last try', async (t) => {
  refusals['old@'] = { code: 550, text: '5.1.1 no such user' };
  await mail.queueMail(about('old@example.org'));
  await deliverMail(mail);
  const year = mail.clock.now().add({ hours: 365 * 24 });
  await sweepSuppressed(mail.db, year);
  t.ok(await isSuppressed('old@example.org'));
  await sweepSuppressed(mail.db, year.add({ seconds: 1 }));
  t.notOk(await isSuppressed('old@example.org'));
});
