import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { freePort } from '../../.ci/free-port.ts';
import type { startPostgres } from './postgres.ts';

const program = fileURLToPath(new URL('../../src/server.ts', import.meta.url));

/** The environment of a process: what the machine has, less what would set up the product. */
const clean = () => {
  const ours =
    /^(NODE_ENV|HOST|PORT|PUBLIC_URL|DATABASE_URL|DATA_DIR|SMTP_URL|MAIL_FROM|SESSION_SECRET|PROCESS|TAP.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
};

/** Starts the product in a process of its own; `ended` gives its exit code and what it said on its error stream. */
export const spawnServer = (t: Test, env: Record<string, string>) => {
  const child = spawn(process.execPath, [program], {
    env: { ...clean(), LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (words) => {
    said += words;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
};

/** Asks until the answer is yes; throws after so many seconds. */
export const until = async (what: string, seconds: number, ask: () => Promise<boolean>) => {
  const began = performance.now();
  while (!(await ask().catch(() => false))) {
    if (performance.now() - began > seconds * 1_000)
      throw new Error(`${what}: not within ${seconds} seconds`);
    await pause(50);
  }
};

/** Generous: how fast a start is, the benchmarks say. */
const START_SECONDS = 90;

/** A server that is ready, over a PostgreSQL database. */
export const startServer = async (t: Test, databaseUrl: string, env: Record<string, string> = {}) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { child, ended } = spawnServer(t, {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: databaseUrl,
    RATE_LIMITS: 'off',
    ...env,
  });
  const get = (path: string) =>
    fetch(url + path, { redirect: 'manual', signal: AbortSignal.timeout(20_000) });
  const post = (path: string, form: Record<string, string>) =>
    fetch(url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(20_000),
    });
  await until('a server that is ready', START_SECONDS, async () => {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    return (await get('/readyz')).ok;
  });
  return { child, ended, url, get, post };
};

/** A server over the database `westand` whose pages are there and whose worker waits, for as long as `holder` has its lock. */
export const startWithWaitingWorker = async (
  t: Test,
  postgres: Awaited<ReturnType<typeof startPostgres>>,
  databaseUrl: string,
) => {
  const holder = await postgres.connect('westand');
  await holder.query('begin');
  // The last that a worker does before it has started is to write its schedules.
  await holder.query('lock table pgboss.schedule in share row exclusive mode');
  const server = await startServer(t, databaseUrl);
  await until('the worker waits', 10, async () => {
    const { rows } = await holder.query(
      `select from pg_locks where not granted and relation = 'pgboss.schedule'::regclass`,
    );
    return rows.length > 0;
  });
  return { server, holder };
};
