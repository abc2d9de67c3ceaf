import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Bench, Row } from '../bench.ts';
import { median } from '../measure.ts';
import { FORM_HEADERS, signUpBody } from '../sign-up/request.ts';

const ALIKE_MS = 5;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const timeOf = (url: string, body: string) =>
  new Promise<number>((resolve, reject) => {
    const begun = performance.now();
    request(url, { method: 'POST', agent, headers: FORM_HEADERS }, (response) => {
      const took = performance.now() - begun;
      if (response.statusCode !== 303) reject(new Error(`${url} answered ${response.statusCode}`));
      response.resume().on('end', () => resolve(took));
    })
      .on('error', reject)
      .end(body);
  });

const rowOf = async (what: string, tries: number, ask: (email: string, n: number) => Promise<number>) => {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let n = 0; n < tries; n++) {
    // Which of the two comes first changes, so that neither is always the one after the other.
    const turns = [
      async () => known.push(await ask(`person-${n + 1}@example.org`, n)),
      async () => unknown.push(await ask(`stranger-${randomUUID()}@example.org`, n)),
    ];
    for (const turn of n % 2 ? turns.reverse() : turns) await turn();
  }
  const difference = Math.abs(median(known) - median(unknown));
  const row: Row = {
    what: `${what}: medians of ${tries} known and ${tries} unknown addresses`,
    ours: `${median(known).toFixed(2)} and ${median(unknown).toFixed(2)} ms`,
    limit: '',
    goal: `less than ${ALIKE_MS} ms apart`,
    met: difference < ALIKE_MS,
  };
  return row;
};

/** Whether the time of an answer tells that an address is known. A quarter of the known people hold a booking. */
export const knownOrNot = async ({ product, tries, sizes }: Bench): Promise<Row[]> => {
  const some = Math.min(tries, sizes.champions);
  const rows = [
    await rowOf('sign-up', some, (email, n) =>
      timeOf(`${product.url}/events/event-7/join`, signUpBody(email, n)),
    ),
    await rowOf('sign-in', some, (email) =>
      timeOf(`${product.url}/sign-in`, new URLSearchParams({ email }).toString()),
    ),
  ];
  agent.destroy();
  return rows;
};
