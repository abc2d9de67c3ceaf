import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { ChampionState } from '../schema.ts';
import { atRest, conditionsOf, isAtRest, type MatrixFilter, type Question } from './matrix-filter.ts';
import { bookedModulesOf, passesOf } from './records.ts';
import { type ChampionStanding, championStanding, type Standing, standingOn } from './standing.ts';

/** A champion with their status in each module. */
export interface MatrixRow {
  id: string;
  number: number;
  fullName: string;
  state: ChampionState;
  neighbourhood: string | null;
  areaId: string;
  training: Standing;
  standing: ChampionStanding;
}

/** Where a page begins: after this champion, in the order of the database. */
interface Place {
  key: string;
  id: string;
}

const COLUMNS = sql`c.id, c.number, c.full_name, c.state, c.confirmed_at, c.neighbourhood_id, c.area_id,
  lower(c.full_name) as key`;

const all = (conditions: RawBuilder<unknown>[]) => sql.join(conditions, sql` and `);

interface Page {
  after: Place | undefined;
  size: number;
}

/** The limit is written out: with a parameter, PostgreSQL would plan for a tenth of everyone. */
const inOrder = ({ size }: Page) => sql`order by key, id limit ${sql.lit(size + 1)}`;

const conditionsOn = (filter: MatrixFilter, question: Question, { after }: Page) => {
  const conditions = conditionsOf(filter, question);
  if (after) conditions.push(sql`(lower(c.full_name), c.id) > (${after.key}, ${after.id}::uuid)`);
  return conditions;
};

/** Each area is walked along its own index: `champions_by_name`, or `champions_at_rest_by_name`. */
const alongNames = (filter: MatrixFilter, question: Question, page: Page) => {
  const conditions = conditionsOn(filter, question, page);
  if (atRest(filter)) conditions.push(isAtRest);
  if (filter.neighbourhoodId)
    return sql`select ${COLUMNS} from champions c
      where ${all(conditions)} and c.area_id = any(${filter.areaIds}::uuid[]) ${inOrder(page)}`;
  return sql`
    select found.* from unnest(${filter.areaIds}::uuid[]) as area (id) cross join lateral (
      select ${COLUMNS} from champions c where c.area_id = area.id and ${all(conditions)} ${inOrder(page)}) found
    ${inOrder(page)}`;
};

interface Found {
  id: string;
  number: number;
  fullName: string;
  state: ChampionState;
  confirmedAt: Temporal.Instant | null;
  neighbourhood: string | null;
  areaId: string;
  key: string;
}

/** The champions of a page, as a query. */
const selectPage = (filter: MatrixFilter, question: Question, page: Page) => sql<Found>`
  select page.id, page.number, page.full_name as "fullName", page.state, page.confirmed_at as "confirmedAt",
    neighbourhoods.name as neighbourhood, page.area_id as "areaId", page.key
  from (${alongNames(filter, question, page)}) page
    left join neighbourhoods on neighbourhoods.id = page.neighbourhood_id
  order by page.key, page.id`;

/** Where the page after this champion begins; undefined where there is no such champion in these areas. */
export const placeAfter = async (db: Db | Trx, id: string, areaIds: string[]): Promise<Place | undefined> =>
  db
    .selectFrom('champions')
    .select(['id', sql<string>`lower(full_name)`.as('key')])
    .where('id', '=', id)
    .where('area_id', '=', sql<string>`any(${areaIds}::uuid[])`)
    .executeTakeFirst();

/**
 * A page of the matrix, by name: the champions whom the filter leaves, each with the statuses that `standingOn` gives.
 * However deep the page lies, it costs the same.
 */
export const readMatrix = async (
  db: Db | Trx,
  filter: MatrixFilter,
  question: Question,
  page: Page,
): Promise<{ rows: MatrixRow[]; next: Place | undefined }> => {
  const { modules, day, timeZone, now } = question;
  const found = (await selectPage(filter, question, page).execute(db)).rows;
  const shown = found.slice(0, page.size);
  const ids = shown.map(({ id }) => id);
  const [passes, booked] = await Promise.all([passesOf(db, ids), bookedModulesOf(db, ids, now)]);
  const rows = shown.map(({ key, confirmedAt, ...champion }) => {
    const training = standingOn(modules, passes.get(champion.id) ?? [], {
      day,
      confirmedOn: confirmedAt?.toZonedDateTimeISO(timeZone).toPlainDate() ?? null,
      booked: booked.get(champion.id) ?? new Set(),
    });
    return { ...champion, training, standing: championStanding(champion.state, training) };
  });
  const last = shown.at(-1);
  return { rows, next: found.length > page.size && last ? { key: last.key, id: last.id } : undefined };
};
