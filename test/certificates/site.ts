import { parse } from 'node-html-parser';
import type { Test } from 'tap';
import { recordPass } from '../../src/training/records.ts';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeChampion, makeModule } from '../make.ts';
import { signIn } from '../sign-in.ts';

export const PUBLIC_URL = 'https://champions.example.org';

/** A programme with one module that every champion needs, once a year. */
export const certificateSite = async (t: Test, env: Record<string, string> = {}) => {
  const site = await testApp(t, { env: { PUBLIC_URL, ...env } });
  const { db, clock } = site;
  const module = await makeModule(db, {
    name: 'Third-party reporting',
    mandatory_for: ['champion'],
    validity_months: 12,
  });

  /** A champion who has passed it on this day, if any, in a browser of theirs. */
  const enter = async (
    row: Parameters<typeof makeChampion>[1] = {},
    passedOn: string | undefined = '2026-11-20',
  ) => {
    const champion = await makeChampion(db, row);
    if (passedOn) await pass(champion.id, passedOn);
    return { champion, mine: await signIn(site, champion.email) };
  };

  const pass = (championId: string, passedOn: string) =>
    db.transaction().execute((trx) =>
      recordPass(trx, {
        championId,
        moduleId: module.id,
        passedOn: Temporal.PlainDate.from(passedOn),
        source: 'e-learning',
        recordedBy: null,
        now: clock.now(),
      }),
    );

  /** A champion with a certificate. */
  const holder = async (row: Parameters<typeof makeChampion>[1] = {}) => {
    const { champion, mine } = await enter({ full_name: 'Alice Maria Example', ...row });
    await mine.post('/me/certificate');
    return { champion, mine, ...(await certificateOf(champion.id)) };
  };

  const certificateOf = async (championId: string) =>
    db
      .selectFrom('certificates')
      .select(['id', 'code', 'status_index'])
      .where('champion_id', '=', championId)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();

  const setState = (championId: string, state: 'suspended' | 'paused' | 'left' | 'active') =>
    db
      .updateTable('champions')
      .set({ state, left_at: state === 'left' ? clock.now() : null })
      .where('id', '=', championId)
      .execute();

  return { ...site, module, enter, pass, holder, certificateOf, setState };
};

/** The words of a page's main part. */
export const wordsOf = ({ body }: Awaited<ReturnType<TestBrowser['get']>>) =>
  parse(body).querySelector('main')!.text.replace(/\s+/g, ' ').trim();
