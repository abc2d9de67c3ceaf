import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bench, type Row, rateRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, median } from '../measure.ts';
import { pgbench } from '../sign-up/pgbench.ts';
import { pgbenchScript } from '../sign-up/pgbench-script.ts';
import { EVENT_PAGES } from './pages.ts';

const CONNECTIONS = 32;
const script = fileURLToPath(new URL('../sign-up.sql', import.meta.url));

/** What pgbench runs must be what the product sends: one statement for one, and the two ends of the transaction. */
const checkScript = async (statements: number) => {
  const kept = (await readFile(script, 'utf8')).split(/;\n/).filter((piece) => piece.trim());
  if (kept.length !== statements + 2) {
    throw new Error(
      `sign-up.sql has ${kept.length} statements for the product's ${statements} in a transaction.`,
    );
  }
};

/** New people who each choose one of 200 sessions, beside pgbench with the same statements, one transaction each. */
export const signUp = async ({ product, databaseUrl, statements, seconds, times }: Bench): Promise<Row[]> => {
  await writeFile(script, await pgbenchScript(databaseUrl, statements));
  await checkScript(statements.length);
  const paths = EVENT_PAGES.slice(0, 20).map((page) => `${page}/join`);
  const { limit, ours } = await inTurns(times, {
    limit: () => pgbench(databaseUrl, script, seconds, CONNECTIONS),
    ours: () =>
      load({ url: product.url, paths, seconds, connections: CONNECTIONS, signUps: true, expect: 303 }),
  });
  const rate = median(ours.map(({ perSecond }) => perSecond));
  return [
    rateRow(`sign-up, beside pgbench with its ${statements.length} statements`, rate, median(limit), 0.4),
  ];
};
