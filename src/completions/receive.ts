import { sql } from 'kysely';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import type { UnusedReason } from '../schema.ts';
import { listModules, type Module } from '../training/modules.ts';
import { type RecordToWrite, recordCompletions } from './completions.ts';
import { isPassVerb, type Statement } from './statements.ts';

/** What a module is called by other systems, without being told anything: its own address here. */
export const ownActivity = (publicUrl: string, { slug }: Pick<Module, 'slug'>) =>
  `${publicUrl}/training/${slug}`;

const modulesByActivity = async (db: Db | Trx, publicUrl: string) => {
  const [modules, known] = await Promise.all([
    listModules(db),
    db.selectFrom('module_activities').select(['activity', 'module_id']).execute(),
  ]);
  const byId = new Map(modules.map((module) => [module.id, module]));
  return new Map<string, Module | undefined>([
    ...modules.map((module) => [ownActivity(publicUrl, module), module] as const),
    ...known.map(({ activity, module_id }) => [activity, byId.get(module_id)] as const),
  ]);
};

const championsNamed = async (trx: Trx, statements: Statement[]) => {
  const keyOf = ({ person }: Statement) =>
    person && 'email' in person ? readEmailAddress(person.email)?.key : undefined;
  const numberOf = ({ person }: Statement) => (person && 'number' in person ? person.number : undefined);
  const keys = statements.flatMap((one) => keyOf(one) ?? []);
  const numbers = statements.flatMap((one) => numberOf(one) ?? []);
  const found = await trx
    .selectFrom('champions')
    .select(['id', 'number', 'email_key as emailKey'])
    .where(({ or, eb }) =>
      or([
        eb('email_key', '=', sql<string>`any(${keys}::text[])`),
        eb('number', '=', sql<number>`any(${numbers}::integer[])`),
      ]),
    )
    .where(isLive)
    .where('state', 'not in', ['signed up', 'awaiting guardian'])
    .execute();
  const byKey = new Map<string | undefined, string>(found.map(({ emailKey, id }) => [emailKey, id]));
  const byNumber = new Map<number | undefined, string>(found.map(({ number, id }) => [number, id]));
  return (statement: Statement) => byKey.get(keyOf(statement)) ?? byNumber.get(numberOf(statement));
};

/** A sender's clock may be ahead, and nothing is passed on a day to come. */
const notAfter = (instant: Temporal.Instant, now: Temporal.Instant) =>
  Temporal.Instant.compare(instant, now) > 0 ? now : instant;

/**
 * Turns the statements of another learning system into training records. What brings none is kept, without whom it was
 * about, so that administrators see why nothing came. The same statement again changes nothing.
 */
export const receiveStatements = (
  db: Db,
  statements: Statement[],
  {
    keyId,
    publicUrl,
    timeZone,
    now,
  }: {
    keyId: string;
    publicUrl: string;
    timeZone: string;
    now: Temporal.Instant;
  },
) =>
  db.transaction().execute(async (trx) => {
    const modules = await modulesByActivity(trx, publicUrl);
    const championOf = await championsNamed(trx, statements);
    const records: RecordToWrite[] = [];
    const unused: { statement: Statement; reason: UnusedReason }[] = [];
    for (const statement of statements) {
      const module = modules.get(statement.activity);
      const championId = championOf(statement);
      const leave = (reason: UnusedReason) => unused.push({ statement, reason });
      if (!isPassVerb(statement)) leave('other verb');
      else if (!statement.success) leave('not passed');
      else if (!module) leave('unknown activity');
      else if (!championId) leave('unknown person');
      else
        records.push({
          championId,
          moduleId: module.id,
          moduleVersion: module.version,
          passedOn: notAfter(statement.timestamp ?? now, now)
            .toZonedDateTimeISO(timeZone)
            .toPlainDate(),
          expiresOn: null,
          reference: statement.id,
          score: statement.score,
        });
    }
    if (records.length > 0) await recordCompletions(trx, records, { source: 'xapi', recordedBy: null, now });
    if (unused.length > 0)
      await trx
        .insertInto('unused_statements')
        .values(
          unused.map(({ statement: { id, verb, activity }, reason }) => ({
            id,
            api_key_id: keyId,
            reason,
            verb,
            activity,
            received_at: now,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  });

const KEPT_DAYS = 30;

/** The latest statements that brought no record. */
export const listUnused = (db: Db) =>
  db
    .selectFrom('unused_statements')
    .innerJoin('api_keys', 'api_keys.id', 'unused_statements.api_key_id')
    .select(['api_keys.name as system', 'reason', 'verb', 'activity', 'received_at as receivedAt'])
    .orderBy('received_at', 'desc')
    .limit(50)
    .execute();

/** Forgets the statements that brought no record a month ago. */
export const sweepUnused = async (db: Db, now: Temporal.Instant) => {
  await db
    .deleteFrom('unused_statements')
    .where('received_at', '<', now.subtract({ hours: 24 * KEPT_DAYS }))
    .execute();
};
