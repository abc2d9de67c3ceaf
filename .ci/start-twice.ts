import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

// Starts Westand by the command given (npm start), as a newcomer does, twice over one new data folder; the second
// start must still have the message that the first one caught.

const SAMPLE_EMAIL = 'sam.sample@westand.example';
const [program, ...args] = process.argv.slice(2) as [string, ...string[]];
const port = String(await freePort());
const site = `http://localhost:${port}`;
const folder = await mkdtemp(join(tmpdir(), 'westand-start-'));

/** Asks until the answer is there; what was printed helps where it never is. */
const until = async <T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false>,
): Promise<T> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
  }
  throw new Error(`${what}: not within ${seconds} seconds`);
};

const messages = async () => {
  const page = await (await fetch(`${site}/mailbox`)).text();
  return [...new Set(page.match(/\/mailbox\/[0-9a-f-]{36}/g))];
};

const signIn = () =>
  fetch(`${site}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ email: SAMPLE_EMAIL }),
  });

/** The signal fails once the whole group is gone: npm itself ends before what it started. */
const isGone = (pid: number) => {
  try {
    return !process.kill(-pid, 0);
  } catch {
    return true;
  }
};

const stop = async ({ pid }: ChildProcess) => {
  process.kill(-pid!, 'SIGTERM');
  await until('the end of the process', 15, async () => isGone(pid!)).catch((error) => {
    process.kill(-pid!, 'SIGKILL');
    throw error;
  });
};

const start = async (work: () => Promise<void>) => {
  const began = Date.now();
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PORT: port, DATA_DIR: folder },
  });
  try {
    await until('the home page', 120, async () => (await fetch(`${site}/`)).status === 200);
    console.log(`The home page came after ${Date.now() - began} ms.`);
    await work();
  } finally {
    await stop(child);
  }
};

try {
  let caught: string[] = [];
  await start(async () => {
    await signIn();
    caught = await until('a message in the mailbox', 20, async () => {
      const found = await messages();
      return found.length > 0 && found;
    });
  });
  await start(async () => {
    const kept = await messages();
    if (!caught.every((message) => kept.includes(message)))
      throw new Error('The second start lost a message.');
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
