import { createHash } from 'node:crypto';
import t from 'tap';
import { didOf } from '../../src/certificates/did.ts';
import { ensureSigningKey, findSigningKey, listKeys } from '../../src/certificates/issuer-keys.ts';
import { sign } from '../../src/certificates/sign.ts';
import { certificateSite, PUBLIC_URL, wordsOf } from './site.ts';
import { openVerifier } from './verifier.ts';

type Browser = Awaited<ReturnType<Awaited<ReturnType<typeof certificateSite>>['holder']>>['mine'];
interface Badge extends CredentialDocument {
  credentialSubject: { identifier: Record<string, string>[] } & CredentialDocument;
  credentialStatus: { statusListIndex: string; statusListCredential: string };
  proof: { proofValue: string };
}

const SITE = PUBLIC_URL.replace('.org', '.org:8443');
const STATUS = '/credentials/status/1';

t.test('an issuer’s name is its host, its port encoded', async (t) => {
  t.equal(didOf('https://champions.example.org'), 'did:web:champions.example.org');
  t.equal(didOf('http://localhost:3000'), 'did:web:localhost%3A3000');
  t.equal(didOf('https://müller.example'), 'did:web:xn--mller-kva.example');
});

t.test('credentials', async (t) => {
  const site = await certificateSite(t, { PUBLIC_URL: SITE });
  const { db, clock, config, browser, holder, setState } = site;
  const verifier = openVerifier(browser(), { publicUrl: SITE, now: () => clock.now().toString() });
  const download = async (mine: Browser) => {
    const response = await mine.get('/me/certificate.json');
    t.equal(response.statusCode, 200);
    t.match(response.headers['content-type'], /^application\/vc\+ld\+json/);
    t.equal(response.headers['content-disposition'], 'attachment; filename="certificate.json"');
    t.equal(response.headers['cache-control'], 'no-store');
    return { text: response.body, badge: JSON.parse(response.body) as Badge };
  };

  await t.test('a verifier of another maker takes it', async (t) => {
    const { champion, mine } = await holder({ phone: '+441908000000' });
    const { badge, text } = await download(mine);
    t.ok(await verifier.holds(badge));
    t.notOk(await verifier.isRevoked(badge));
    t.same(
      [...new Set(verifier.asked)].sort(),
      [`${SITE}/.well-known/did.json`, `${SITE}${STATUS}`],
      'and asks for nothing but our keys and the list',
    );
    t.match(badge, {
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      issuer: { id: 'did:web:champions.example.org%3A8443', name: 'Milton Keynes champions' },
      validFrom: '2026-11-23T09:00:00Z',
      validUntil: '2027-11-20T23:59:59Z',
      proof: { cryptosuite: 'eddsa-rdfc-2022' },
    });
    const secrets = ['Alice', 'Example', '1908', champion.id, champion.email, 'reporting', 'hate'];
    for (const secret of secrets) t.notOk(text.includes(secret), `nothing of ${secret}`);
    const { identityHash, salt } = badge.credentialSubject.identifier[0]!;
    const hash = createHash('sha256').update(`Alice Maria Example${salt}`).digest('hex');
    t.equal(identityHash, `sha256$${hash}`, 'but who knows the name can tell');
  });

  await t.test('what was changed, or signed by others, does not hold', async (t) => {
    const { badge, text } = (await download((await holder()).mine)) as { badge: Badge; text: string };
    for (const [right, wrong] of [
      ['"2027-11-20T23:59:59Z"', '"2037-11-20T23:59:59Z"'],
      ['Community champion', 'Community Champion'],
      ['"statusListIndex": "', '"statusListIndex": "9'],
      [badge.credentialSubject.identifier[0]!.identityHash!, `sha256$${'0'.repeat(64)}`],
    ] as const) {
      t.ok(text.includes(right), right);
      t.notOk(await verifier.holds(JSON.parse(text.replace(right, () => wrong))), wrong);
    }
    const value = badge.proof.proofValue;
    const flipped = value.slice(0, -1) + (value.endsWith('2') ? '3' : '2');
    t.notOk(await verifier.holds({ ...badge, proof: { ...badge.proof, proofValue: flipped } }));
    const { generate } = await import('@digitalbazaar/ed25519-multikey');
    const { publicKeyMultibase, secretKeyMultibase } = await (await generate()).export({
      publicKey: true,
      secretKey: true,
    });
    const { proof: _, ...unsigned } = badge;
    const key = { publicKey: publicKeyMultibase, secretKey: secretKeyMultibase };
    t.notOk(await verifier.holds(await sign(unsigned, { key, publicUrl: SITE, now: clock.now() })));
    t.ok(await verifier.holds(badge));
  });

  await t.test('its status follows the champion, within a minute', async (t) => {
    const { champion, mine, id } = await holder();
    const { badge } = await download(mine);
    const { badge: another } = await download((await holder()).mine);
    const later = () => clock.advance({ minutes: 1 });
    for (const state of ['suspended', 'paused', 'left'] as const) {
      await setState(champion.id, state);
      later();
      t.equal(await verifier.isRevoked(badge), true, state);
    }
    await setState(champion.id, 'active');
    later();
    t.equal(await verifier.isRevoked(badge), false, 'goes on');
    await mine.post('/me/certificate/replacement', { replaces: id });
    later();
    t.equal(await verifier.isRevoked(badge), true, 'its code was replaced');
    const { badge: fresh } = await download(mine);
    t.equal(await verifier.isRevoked(fresh), false);
    t.equal(await verifier.isRevoked(another), false, 'nobody else’s');
    const before = clock.now().toString();
    clock.set('2027-11-21T00:01:00Z');
    t.equal(await verifier.isRevoked(fresh), true, 'lapsed');
    t.notOk(await verifier.holds(fresh), 'by its own days, too');
    clock.set(before);
  });

  await t.test('anyone may read the list, and keep it for what is left of the minute', async (t) => {
    clock.set('2026-11-25T09:00:20Z');
    const list = await browser().get(STATUS, { 'sec-fetch-site': 'cross-site' });
    t.equal(list.headers['cache-control'], 'public, max-age=40');
    t.equal(list.headers['access-control-allow-origin'], '*');
    t.equal(list.headers['cross-origin-resource-policy'], 'cross-origin');
    t.equal(list.headers['set-cookie'], undefined);
    const { encodedList } = (JSON.parse(list.body) as { credentialSubject: { encodedList: string } })
      .credentialSubject;
    const { gunzipSync } = await import('node:zlib');
    const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
    t.equal(bits.length * 8, 131_072);
    for (const path of ['0', '2', '-1', '01', 'x', '10000', '1x'])
      t.equal((await browser().get(`/credentials/status/${path}`)).statusCode, 404, path);
  });

  await t.test('who is not ready, or has made none, gets a page that says why', async (t) => {
    const { champion, mine } = await holder();
    await setState(champion.id, 'suspended');
    const refused = await mine.get('/me/certificate.json');
    t.equal(refused.statusCode, 404);
    t.match(wordsOf(refused), 'You are taking a break');
    const { mine: none } = await site.enter();
    t.match(wordsOf(await none.get('/me/certificate.json')), 'Make my certificate');
  });

  await t.test('the key lies sealed in the database, and another start makes no other', async (t) => {
    const key = (await findSigningKey(db, config.sessionSecret))!;
    const [row] = await listKeys(db);
    t.notOk(row!.sealedKey.includes(key.secretKey));
    await ensureSigningKey(db, config.sessionSecret, clock.now());
    t.equal((await listKeys(db)).length, 1);
  });

  await t.test('a new secret makes a new key, and what the old one signed still holds', async (t) => {
    const { mine } = await holder();
    const { badge } = await download(mine);
    const [old] = await listKeys(db);
    const secret = 'another secret that nobody can guess';
    t.equal(await findSigningKey(db, secret), undefined);
    await ensureSigningKey(db, secret, clock.now());
    const keys = await listKeys(db);
    t.equal(keys.length, 2);
    t.ok(keys.some(({ id }) => id === old!.id));
    t.ok(await verifier.holds(badge));
    const { proof: _, ...unsigned } = badge;
    const key = (await findSigningKey(db, secret))!;
    t.not(key.publicKey, old!.publicKey);
    t.ok(await verifier.holds(await sign(unsigned, { key, publicUrl: SITE, now: clock.now() })));
  });

  await t.test('a context from elsewhere is refused, not fetched', async (t) => {
    const key = (await findSigningKey(db, config.sessionSecret))!;
    const { badge } = await download((await holder()).mine);
    const { proof: _, ...unsigned } = badge;
    const contexts = [...(unsigned['@context'] as string[]), 'https://elsewhere.example/context.json'];
    const signing = { key, publicUrl: SITE, now: clock.now() };
    await t.rejects(sign({ ...unsigned, '@context': contexts }, signing), /valid JSON-LD object/);
  });
});
