import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findPgbench } from '../postgres.ts';

const run = promisify(execFile);

/**
 * Transactions a second of a script over as many connections as the load has. Each statement is parsed anew, as ours
 * are: PgBouncer 1.18 keeps none.
 */
export const pgbench = async (databaseUrl: string, script: string, seconds: number, connections: number) => {
  const options = {
    n: [],
    M: ['extended'],
    j: ['1'],
    c: [String(connections)],
    T: [String(seconds)],
    f: [script],
  };
  const args = Object.entries(options).flatMap(([name, values]) => [`-${name}`, ...values]);
  const { stdout, stderr } = await run(findPgbench(), [...args, databaseUrl]);
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const failed = Number(/number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
  if (!perSecond || failed > 0) throw new Error(`pgbench did not do its work:\n${stdout}${stderr}`);
  return perSecond;
};
