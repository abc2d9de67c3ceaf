import { type Bench, ms, type Row, underRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, medians } from '../measure.ts';
import { signedIn } from '../sign-in.ts';

const WEEK = '/coordinate/week?from=2030-10-14';
/** As many coordinators look at the week at once, each in a browser of their own. */
const CONNECTIONS = 8;
const EMAIL = 'carol@example.org';

/** A week of 200 events over 40 pitches, signed in. */
export const week = async (bench: Bench): Promise<Row[]> => {
  const { product, seconds, times } = bench;
  const cookies: string[] = [];
  for (let i = 0; i < CONNECTIONS; i++) cookies.push(await signedIn(bench, EMAIL));
  const response = await fetch(product.url + WEEK, { headers: { cookie: cookies[0]! } });
  const page = await response.text();
  if (!page.includes('200 events'))
    throw new Error(`The week answered ${response.status}, without its 200 events`);
  const { measured } = await inTurns(times, {
    measured: () => load({ url: product.url, paths: [WEEK], cookies, seconds, connections: CONNECTIONS }),
  });
  const what = `a coordinator’s week of 200 events: p99 at ${CONNECTIONS} connections`;
  return [underRow(what, medians(measured).p99, 200, ms)];
};
