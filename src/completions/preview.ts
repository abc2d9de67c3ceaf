import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { listModules, type Module } from '../training/modules.ts';
import { type Completion, type CompletionRow, type Problem, readRow } from './rows.ts';

/** A row that brings a record. */
export interface Added extends Completion {
  championId: string;
  fullName: string;
  number: number;
  moduleId: string;
  moduleName: string;
  moduleVersion: number;
}

export interface Refused {
  row: number;
  champion: string;
  problems: Problem[];
}

export interface Preview {
  added: Added[];
  refused: Refused[];
  /** How many rows are recorded like that already. */
  same: number;
}

const NUMBER = /^#?(\d{1,9})$/;
const numberIn = (champion: string) => Number(NUMBER.exec(champion)?.[1] ?? 0);
const keyIn = (champion: string) => readEmailAddress(champion)?.key;

const { compare } = new Intl.Collator('en', { sensitivity: 'base' });
const same = (a: string, b: string) => compare(a, b) === 0;

const findModule = (modules: Module[], typed: string) =>
  modules.find(({ slug, name }) => same(slug, typed) || same(name, typed));

/** The champions of these areas whom the rows name, by number and by address. */
const championsNamed = async (db: Db | Trx, areaIds: string[], rows: Completion[]) => {
  const keys = rows.flatMap(({ champion }) => keyIn(champion) ?? []);
  const numbers = rows.map(({ champion }) => numberIn(champion)).filter(Boolean);
  const found = await db
    .selectFrom('champions')
    .select(['id', 'full_name as fullName', 'number', 'email_key as emailKey', 'state'])
    .where(({ or, eb }) =>
      or([
        eb('email_key', '=', sql<string>`any(${keys}::text[])`),
        eb('number', '=', sql<number>`any(${numbers}::integer[])`),
      ]),
    )
    .where(isLive)
    .where('state', '!=', 'signed up')
    .where('area_id', '=', areasOf({ areaIds }))
    .execute();
  const byKey = new Map(found.map((champion) => [champion.emailKey, champion]));
  const byNumber = new Map(found.map((champion) => [champion.number, champion]));
  return (champion: string) => byKey.get(keyIn(champion) ?? '') ?? byNumber.get(numberIn(champion));
};

/** What is recorded under these references. */
const recordsUnder = async (db: Db | Trx, references: string[]) => {
  const rows = await db
    .selectFrom('training_records')
    .select(['reference', 'champion_id as championId', 'module_id as moduleId', 'passed_on as passedOn'])
    .where('source', '=', sql.lit('import' as const))
    .where('reference', '=', sql<string>`any(${references}::text[])`)
    .where('supersedes', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.reference, row]));
};

const GUARDIAN = 'A parent or guardian has not agreed yet. Record this once they have';

/** What a file of completions would add; nothing is written. Three queries, however long it is. */
export const previewCompletions = async (
  db: Db | Trx,
  areaIds: string[],
  rows: CompletionRow[],
  today: Temporal.PlainDate,
): Promise<Preview> => {
  const read = rows.map((row) => ({ row, result: readRow(row, today) }));
  const understood = read.flatMap(({ result }) => ('problems' in result ? [] : [result]));
  const [modules, championOf, recorded] = await Promise.all([
    listModules(db),
    championsNamed(db, areaIds, understood),
    recordsUnder(
      db,
      understood.map(({ reference }) => reference),
    ),
  ]);
  const preview: Preview = { added: [], refused: [], same: 0 };
  const seen = new Map<string, number>();
  for (const { row, result } of read) {
    const refuse = (...problems: Problem[]) =>
      preview.refused.push({ row: row.row, champion: row.cells.champion, problems });
    if ('problems' in result) {
      refuse(...result.problems);
      continue;
    }
    const { reference, passedOn } = result;
    const champion = championOf(result.champion);
    const module = findModule(modules, result.module);
    const before = seen.get(reference);
    const problems: Problem[] = [];
    if (!champion)
      problems.push({ column: 'champion', words: 'No champion of yours has this address or number' });
    const waits = champion?.state === 'awaiting guardian';
    if (waits) problems.push({ column: 'champion', words: GUARDIAN });
    if (!module)
      problems.push({ column: 'module', words: 'There is no such module. Write its name as it is here' });
    if (before) problems.push({ column: 'reference', words: `Row ${before} has this reference already` });
    seen.set(reference, before ?? row.row);
    if (!champion || waits || !module || before) {
      refuse(...problems);
      continue;
    }
    const known = recorded.get(reference);
    if (!known)
      preview.added.push({
        ...result,
        championId: champion.id,
        fullName: champion.fullName,
        number: champion.number,
        moduleId: module.id,
        moduleName: module.name,
        moduleVersion: module.version,
      });
    else if (
      known.championId === champion.id &&
      known.moduleId === module.id &&
      known.passedOn === passedOn.toString()
    )
      preview.same += 1;
    else
      refuse({
        column: 'reference',
        words: 'Something else is recorded under this reference. Correct it on the champion’s page',
      });
  }
  return preview;
};

/** The same for previews that would add the same. */
export const fingerprintOf = ({ added }: Preview) =>
  createHash('sha256')
    .update(JSON.stringify(added.map(({ row, championId, moduleId }) => [row, championId, moduleId])))
    .digest('base64url');
