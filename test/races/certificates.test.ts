import { sql } from 'kysely';
import t from 'tap';
import { makeCertificate } from '../../src/certificates/certificates.ts';
import { ensureSigningKey } from '../../src/certificates/issuer-keys.ts';
import { certificateSite } from '../certificates/site.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { withoutLocks } from './without-locks.ts';

const twenty = <T>(work: () => Promise<T>) => Array.from({ length: 20 }, () => work);

t.test('clicks at once make one certificate, and starts at once one key', needsPostgres(), async (t) => {
  const site = await certificateSite(t);
  const { db, enter, certificateOf, clock, config } = site;
  const { champion, mine } = await enter();
  const count = async (table: 'certificates' | 'issuer_keys') =>
    (await db.selectFrom(table).select('id').execute()).length;

  const answers = await atOnce(
    db,
    'certificates',
    twenty(() => mine.post('/me/certificate')),
  );
  t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
  t.equal(await count('certificates'), 1);

  const { id: replaces } = await certificateOf(champion.id);
  await atOnce(
    db,
    'certificates',
    twenty(() => mine.post('/me/certificate/replacement', { replaces })),
  );
  t.equal(await count('certificates'), 2, 'the same form many times replaces it once');

  const start = () => ensureSigningKey(db, config.sessionSecret, clock.now());
  await db.deleteFrom('issuer_keys').execute();
  await atOnce(db, 'issuer_keys', twenty(start));
  t.equal(await count('issuer_keys'), 1);
  const renewed = () => ensureSigningKey(db, 'another secret that nobody can guess', clock.now());
  await atOnce(db, 'issuer_keys', twenty(renewed));
  t.equal(await count('issuer_keys'), 2, 'one more for another secret');

  await t.test('without the guards there would be several', async (t) => {
    await sql`drop index one_live_certificate`.execute(db);
    await sql`drop index one_issuer_key`.execute(db);
    const another = await enter();
    const before = await count('certificates');
    const wanted = { championId: another.champion.id, timeZone: 'Europe/London', now: clock.now() };
    const unlocked = db.withPlugin(withoutLocks);
    await atOnce(
      db,
      'certificates',
      twenty(() => unlocked.transaction().execute((trx) => makeCertificate(trx, wanted))),
    );
    const made = (await count('certificates')) - before;
    t.ok(made > 1, `${made} certificates`);
    await db.deleteFrom('issuer_keys').execute();
    await atOnce(db, 'issuer_keys', twenty(start));
    const keys = await count('issuer_keys');
    t.ok(keys > 1, `${keys} keys`);
  });
});
