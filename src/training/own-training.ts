import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { PublicContent } from '../public-content.ts';
import { startOfMinute } from '../time.ts';
import { listModules } from './modules.ts';
import { passesOf } from './records.ts';

/** The modules with a session to come, full or not: who finds it full can wait for a place. */
const modulesWithSession = async (db: Db, now: Temporal.Instant): Promise<ReadonlySet<string>> => {
  const rows = await db
    .selectFrom('sessions')
    .select('module_id')
    .distinct()
    .where('state', '=', sql.lit('scheduled' as const))
    .where('starts_at', '>', now)
    .execute();
  return new Set(rows.map(({ module_id }) => module_id));
};

/** What a champion's own page needs to know of their training; what is the same for all is kept in memory. */
export const ownTraining = async (
  { db, content }: { db: Db; content: PublicContent },
  championId: string,
  { version, now }: { version: number; now: Temporal.Instant },
) => {
  const minute = startOfMinute(now);
  const [modules, withSession, passes] = await Promise.all([
    content.keep('modules', String(version), () => listModules(db)),
    content.keep('modules-with-session', `${version} ${minute.epochMilliseconds}`, () =>
      modulesWithSession(db, minute),
    ),
    passesOf(db, [championId]),
  ]);
  return { modules, withSession, passes: passes.get(championId) ?? [] };
};
