import { codeFor } from '../../../src/accounts/code.ts';
import { readConfig } from '../../../src/config.ts';
import { openDatabase } from '../../../src/db.ts';
import { type Bench, ms, type Row, rateRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, medians } from '../measure.ts';
import { startServer } from '../processes.ts';
import { FORM_HEADERS } from '../sign-up/request.ts';

const WEEK = '/coordinate/week?from=2030-10-14';
const EMAIL = 'carol@example.org';

const newestCode = async (databaseUrl: string) => {
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' });
  const message = await db
    .selectFrom('messages')
    .select('data')
    .where('recipient', '=', EMAIL)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  await close();
  return codeFor(String(message.data.codeId), readConfig({ NODE_ENV: 'development' }).sessionSecret);
};

/** The cookie of a coordinator who has signed in with a code. */
const signedIn = async ({ product, databaseUrl }: Bench) => {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const post = async (path: string, form: Record<string, string>) => {
    const response = await fetch(product.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...FORM_HEADERS, cookie: cookie() },
      body: new URLSearchParams(form).toString(),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name) cookies.set(name, value!);
    }
  };
  await post('/sign-in', { email: EMAIL });
  await post('/sign-in/code', { code: await newestCode(databaseUrl) });
  return cookie();
};

/** A week of 200 events over 40 pitches, signed in, beside bare Fastify, one SELECT and one page of the same size. */
export const week = async (bench: Bench): Promise<Row[]> => {
  const { product, databaseUrl, seconds, times } = bench;
  const headers = { cookie: await signedIn(bench) };
  const response = await fetch(product.url + WEEK, {
    headers: { ...headers, 'accept-encoding': 'identity' },
  });
  const page = await response.text();
  if (!page.includes('200 events'))
    throw new Error(`The week answered ${response.status}, without its 200 events`);
  const size = Buffer.byteLength(page);
  const bare = await startServer('limits/pages.ts', { DATABASE_URL: databaseUrl, SIZES: String(size) });
  const { limit, ours } = await inTurns(times, {
    limit: () => load({ url: bare.url, paths: [`/${size}`], seconds, connections: 8 }),
    ours: () => load({ url: product.url, paths: [WEEK], headers, seconds, connections: 8 }),
  });
  await bare.stop();
  const [l, o] = [medians(limit), medians(ours)];
  return [
    rateRow(
      `a coordinator’s week of 200 events, ${size.toLocaleString('en-GB')} bytes`,
      o.perSecond,
      l.perSecond,
      0.1,
    ),
    {
      what: 'a coordinator’s week p99 at 8 connections',
      ours: ms(o.p99),
      limit: ms(l.p99),
      ratio: o.p99 / l.p99,
      goal: 'under 200 ms',
      met: o.p99 < 200,
    },
  ];
};
