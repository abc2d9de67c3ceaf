import t from 'tap';
import { smtpServer } from '../mail/smtp.ts';
import { needsChromium, openChromium, openSite, openVisitor, seen } from './helper.ts';
import { ALICE, codeIn, enterCode, signUp } from './journey.ts';
import { readMessage } from './mail.ts';

const within = async <T>(seconds: number, ask: () => T | undefined): Promise<T> => {
  for (
    const end = Date.now() + seconds * 1000;
    Date.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 50))
  ) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`not within ${seconds} seconds`);
};

t.test('the invite and its cancellation go over SMTP', needsChromium(), async (t) => {
  const { url, received } = await smtpServer(t);
  const site = await openSite(t, { env: { SMTP_URL: url } });
  const { page, problems } = await openVisitor(t, await openChromium(t), site);
  const session = await site.db
    .selectFrom('sessions')
    .select(['starts_at', 'ends_at'])
    .where('starts_at', '>', site.clock.now())
    .orderBy('starts_at')
    .executeTakeFirstOrThrow();

  await signUp(page, '/j/mkstall', ALICE);
  const invite = await readMessage((await within(15, () => received[0])).raw);
  t.equal(invite.subject, 'Your sign-up');
  t.equal(invite.method, 'REQUEST');
  t.match(invite.byIcalJs, {
    method: 'REQUEST',
    sequence: 0,
    startsAt: session.starts_at.toString(),
    endsAt: session.ends_at.toString(),
  });
  t.same(invite.byNodeIcal, invite.byIcalJs);

  await enterCode(page, codeIn(invite.text));
  t.match(await seen(page), /What you have booked Induction Wednesday/);
  t.equal((await page.request.get('/mailbox')).status(), 404, 'there is no captured mailbox');

  await page.goto('/me/leave');
  await page.getByRole('button', { name: 'Leave the programme' }).click();
  await page.waitForURL('**/left');
  const cancellation = await readMessage((await within(15, () => received[1])).raw);
  t.equal(cancellation.method, 'CANCEL');
  t.match(cancellation.byIcalJs, { ...invite.byIcalJs, method: 'CANCEL', sequence: 1 });
  t.same(cancellation.byNodeIcal, cancellation.byIcalJs);

  t.same(
    received.map(({ to }) => to),
    [[ALICE.email], [ALICE.email]],
  );
  t.same(problems, []);
});
