import { type Bench, ms, type Row, rateRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, medians } from '../measure.ts';
import { startServer } from '../processes.ts';
import { signedIn } from '../sign-in.ts';
import { sizeOf } from './pages.ts';

const WEEK = '/coordinate/week?from=2030-10-14';
/** As many coordinators look at the week at once, each in a browser of their own. */
const CONNECTIONS = 8;
const EMAIL = 'carol@example.org';

/** What the limit reads: the area and the week that fill/week.sql fills. */
const THE_WEEK = {
  AREA: '00000000-0000-7000-8001-000000000002',
  FROM: '2030-10-13T23:00:00Z',
  UNTIL: '2030-10-20T23:00:00Z',
};

/**
 * A week of 200 events over 40 pitches, signed in, beside bare Fastify, the same SELECT and one page of the same size.
 * The limit asks nobody who they are, keeps no session, puts no times into words and looks for nothing that does not
 * fit; the goals leave room for that.
 */
export const week = async (bench: Bench): Promise<Row[]> => {
  const { product, databaseUrl, seconds, times } = bench;
  const cookies: string[] = [];
  for (let i = 0; i < CONNECTIONS; i++) cookies.push(await signedIn(bench, EMAIL));
  const response = await fetch(product.url + WEEK, {
    headers: { cookie: cookies[0]!, 'accept-encoding': 'identity' },
  });
  const page = await response.text();
  if (!page.includes('200 events'))
    throw new Error(`The week answered ${response.status}, without its 200 events`);
  const size = Buffer.byteLength(page);
  const bare = await startServer('limits/week.ts', {
    DATABASE_URL: databaseUrl,
    SIZE: String(size),
    ...THE_WEEK,
  });
  const limitSize = await sizeOf(`${bare.url}/week`);
  if (limitSize !== size) throw new Error(`The limit's page has ${limitSize} bytes, ours ${size}`);
  const { limit, ours } = await inTurns(times, {
    limit: () => load({ url: bare.url, paths: ['/week'], seconds, connections: CONNECTIONS }),
    ours: () => load({ url: product.url, paths: [WEEK], cookies, seconds, connections: CONNECTIONS }),
  });
  await bare.stop();
  const [l, o] = [medians(limit), medians(ours)];
  return [
    rateRow(
      `a coordinator’s week of 200 events, ${size.toLocaleString('en-GB')} bytes`,
      o.perSecond,
      l.perSecond,
      0.02,
    ),
    {
      what: `a coordinator’s week p99 at ${CONNECTIONS} connections`,
      ours: ms(o.p99),
      limit: ms(l.p99),
      ratio: o.p99 / l.p99,
      goal: 'under 20 of it',
      met: o.p99 < 20 * l.p99,
    },
  ];
};
