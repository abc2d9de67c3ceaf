import type { CompiledQuery } from 'kysely';
import type pg from 'pg';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** What `explain (analyze, buffers)` says of the rows that a query takes from tables and indexes, and of the indexes. */
export const rowsRead = async (pool: pg.Pool, { sql, parameters }: CompiledQuery) => {
  const { rows } = await pool.query(`explain (analyze, buffers, format json) ${sql}`, [...parameters]);
  const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
  const scans = nodes.filter(
    (node) =>
      node['Actual Loops'] > 0 &&
      /^(Seq|Index|Index Only|Bitmap Heap|Bitmap Index) Scan$/.test(node['Node Type']),
  );
  const read = scans.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
  const indexes = new Set(scans.map((node) => node['Index Name'] ?? node['Node Type'].toLowerCase()));
  if (process.env.BENCH_PLANS) console.log(JSON.stringify(rows[0]['QUERY PLAN'][0], null, 1));
  return { read, indexes: [...indexes].sort() };
};
