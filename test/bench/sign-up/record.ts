import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionId } from '../fill/fill.ts';
import { startProduct } from '../processes.ts';
import { FORM_HEADERS, signUpBody } from './request.ts';
import { type Sent, type Statement, statementsOf } from './statements.ts';

const SESSION = 7;
const PEOPLE = ['warm-up', 'alice', 'bob'].map((name) => `recorded-${name}@example.org`);

/** Signs people up at a product that writes down what it sends to PostgreSQL; tells what it sent for the last two. */
export const recordSignUp = async (databaseUrl: string): Promise<Statement[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-bench-record-'));
  const file = join(folder, 'sent.jsonl');
  const hook = new URL('record-hook.ts', import.meta.url).href;
  const product = await startProduct({
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'http://champions.example.org',
    NODE_OPTIONS: `--import=${hook}`,
    RECORD_TO: file,
  });
  const readAll = async (): Promise<Sent[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  const recordings: Sent[][] = [];
  for (const email of PEOPLE) {
    await sleep(500);
    const before = (await readAll()).length;
    const response = await fetch(`${product.url}/events/event-7/join`, {
      method: 'POST',
      redirect: 'manual',
      headers: FORM_HEADERS,
      body: signUpBody(email, SESSION),
    });
    if (response.status !== 303) throw new Error(`The sign-up to be recorded got ${response.status}`);
    await sleep(200);
    recordings.push((await readAll()).slice(before));
  }
  await product.stop();
  await rm(folder, { recursive: true });
  const [, alice, bob] = recordings as [Sent[], Sent[], Sent[]];
  return statementsOf(alice, bob, { email: PEOPLE[1]!, session: sessionId(SESSION) });
};
