import { codeFor } from '../src/accounts/code.ts';
import type { Config } from '../src/config.ts';
import type { Db } from '../src/db.ts';
import type { TestBrowser } from './helper.ts';
import { makeArea, makeChampion, makeCoordinator } from './make.ts';

/** The code that the newest message to this address will carry. */
export const newestCode = async (db: Db, config: Config, recipient: string) => {
  const message = await db
    .selectFrom('messages')
    .select('data')
    .where('recipient', '=', recipient)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return codeFor(String(message.data.codeId), config.sessionSecret);
};

interface Site {
  db: Db;
  config: Config;
  browser: () => TestBrowser;
}

/** Signs in with a code, as people do. */
export const signIn = async ({ db, config, browser }: Site, email: string): Promise<TestBrowser> => {
  const theirs = browser();
  await theirs.post('/sign-in', { email });
  await theirs.post('/sign-in/code', { code: await newestCode(db, config, email) });
  return theirs;
};

/** A new champion, and a browser in which they are signed in. */
export const signedInChampion = async (site: Site, row: Parameters<typeof makeChampion>[1] = {}) => {
  const champion = await makeChampion(site.db, row);
  return { champion, browser: await signIn(site, champion.email) };
};

/** A new coordinator of one area, and a browser in which they are signed in. */
export const signedInCoordinator = async (
  site: Site,
  { areaId, ...row }: Parameters<typeof makeCoordinator>[1] & { areaId?: string } = {},
) => {
  const area = areaId ?? (await makeArea(site.db)).id;
  const coordinator = await makeCoordinator(site.db, { areaIds: [area], ...row });
  return { coordinator, areaId: area, browser: await signIn(site, coordinator.email) };
};
