import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresPrograms } from '../postgres.ts';

const run = promisify(execFile);

/** The time in milliseconds in which 99 of 100 transactions were done, from pgbench's log: the third word is microseconds. */
const p99In = async (folder: string) => {
  const logs = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const times = logs.flatMap((log) =>
    log
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[2]) / 1000),
  );
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
};

/** Transactions a second, and their p99 in milliseconds, of a script over as many connections as the load has, each statement prepared once. */
export const pgbench = async (databaseUrl: string, script: string, seconds: number, connections: number) => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-pgbench-'));
  const options = {
    n: [],
    l: [],
    M: ['prepared'],
    j: ['1'],
    c: [String(connections)],
    T: [String(seconds)],
    f: [script],
  };
  const args = Object.entries(options).flatMap(([name, values]) => [`-${name}`, ...values]);
  const { stdout, stderr } = await run(`${await postgresPrograms()}pgbench`, [...args, databaseUrl], {
    cwd: folder,
  });
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const failed = Number(/number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
  if (!perSecond || failed > 0) throw new Error(`pgbench did not do its work:\n${stdout}${stderr}`);
  const p99 = await p99In(folder);
  await rm(folder, { recursive: true });
  return { perSecond, p99 };
};
