import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { FORM_HEADERS, signUpBody } from './sign-up/request.ts';

export interface LoadOptions {
  url: string;
  paths: string[];
  seconds: number;
  connections?: number;
  headers?: Record<string, string>;
  /** A cookie for each connection in turn: people do not share theirs. */
  cookies?: string[];
  /** New people sign up at these paths, each for one of many sessions. */
  signUps?: boolean;
  /** Requests a second in all; without it, as many as go. */
  rate?: number;
}

/** People of this process only: two runs never make the same address. */
const run = randomUUID().slice(0, 8);
let people = 0;

const newPerson = () => {
  people++;
  return signUpBody(`new-${run}-${people}@example.org`, people);
};

const requestsFor = ({ paths, signUps, headers = {} }: LoadOptions): autocannon.Request[] =>
  paths.map((path) =>
    signUps
      ? {
          method: 'POST',
          path,
          headers: FORM_HEADERS,
          setupRequest: (request) => ({ ...request, body: newPerson() }),
        }
      : { method: 'GET', path, headers },
  );

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
const { cookies = [] } = options;
let clients = 0;
const withCookie = (client: autocannon.Client) =>
  client.setHeaders({ cookie: cookies[clients++ % cookies.length]! });
const result = await autocannon({
  url: options.url,
  connections: options.connections ?? 64,
  duration: options.seconds,
  requests: requestsFor(options),
  ...(cookies.length > 0 ? { setupClient: withCookie } : {}),
  ...(options.rate ? { overallRate: options.rate } : {}),
});
const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count]);
const figures = {
  perSecond: result.requests.total / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  statuses: Object.fromEntries(statuses),
  errors: result.errors,
  timeouts: result.timeouts,
};
console.log(JSON.stringify(figures));
