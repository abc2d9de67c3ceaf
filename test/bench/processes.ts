import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../.ci/free-port.ts';

export interface Server {
  url: string;
  /** Milliseconds from its start until it answered. */
  startedIn: number;
  /** Resident memory in bytes. */
  memory(): number;
  stop(): Promise<void>;
}

const root = new URL('../../', import.meta.url);

/** The options with which docker-compose.yml runs the web process in production. */
const WEB_OPTIONS = readFileSync(new URL('docker-compose.yml', root), 'utf8').match(/--max[\w=-]+/g) ?? [];

/** Those of the product, which alone is told what its process is; `npm start` over the embedded database has none. */
const optionsFor = ({ DATABASE_URL, PROCESS }: Record<string, string>) =>
  DATABASE_URL && PROCESS === 'web' ? WEB_OPTIONS : [];

const logs = mkdtempSync(join(tmpdir(), 'westand-bench-logs-'));
const running = new Set<ChildProcess>();
process.on('exit', (code) => {
  for (const child of running) child.kill('SIGKILL');
  if (code === 0) rmSync(logs, { recursive: true });
});

const end = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(12_000).then(() => child.kill('SIGKILL'))]);
};

/** Asked more often, it takes longer: each question takes time on the cores that it shares. */
const ASKED_EVERY_MS = 30;

const untilItAnswers = async (child: ChildProcess, url: string, log: string) => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(ASKED_EVERY_MS)) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (child.exitCode !== null) throw new Error(`It ended before it answered: see ${log}`);
  }
  throw new Error(`No answer at ${url} within a minute: see ${log}`);
};

/** Starts a program of this folder or of src/ as a process of its own, as in the Dockerfile, with its output in a file. */
export const startServer = async (
  program: string,
  env: Record<string, string>,
  page = '/',
): Promise<Server> => {
  const port = String(await freePort());
  const log = join(logs, `${program.replaceAll(/\W+/g, '-')}-${port}.log`);
  const output = openSync(log, 'w');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [...optionsFor(env), fileURLToPath(new URL(program, import.meta.url))],
    {
      cwd: root,
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2', HOST: '127.0.0.1', PORT: port, ...env },
    },
  );
  running.add(child);
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(child, url + page, log);
  return {
    url,
    startedIn: performance.now() - started,
    memory: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) * 1024,
    stop: async () => {
      await end(child);
      running.delete(child);
    },
  };
};

/** The product, as `npm start` runs it, except that load tests have no rate limits. */
export const startProduct = (env: Record<string, string>, page = '/') =>
  startServer(
    '../../src/server.ts',
    {
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      RATE_LIMITS: 'off',
      METRICS_TOKEN: 'measured-with-all-that-runs-along',
      PROCESS: 'web',
      ...env,
    },
    page,
  );

/** Runs a program of this folder to its end, and reads the JSON that it prints. */
export const runProgram = async <T>(program: string, options: object): Promise<T> => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(program, import.meta.url)), JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  running.add(child);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  const [code] = await once(child, 'close');
  running.delete(child);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return JSON.parse(printed);
};
