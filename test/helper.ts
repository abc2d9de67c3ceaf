import type { FastifyBaseLogger, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openQueue } from '../src/jobs.ts';
import { loadTemplates } from '../src/templates.ts';
import type { Clock } from '../src/time.ts';
import { onPostgres, type TestDatabase, testDatabase } from './database.ts';
import { makeProgramme } from './make.ts';

/** A Monday: the sample week's stall is on the Saturday after. */
const A_MONDAY = '2026-11-23T09:00:00Z';

export interface TestClock extends Clock {
  set(instant: string): void;
  advance(duration: Temporal.DurationLike): void;
}

const testClock = (start: string): TestClock => {
  let current = Temporal.Instant.from(start);
  return {
    now: () => current,
    set: (instant) => {
      current = Temporal.Instant.from(instant);
    },
    advance: (duration) => {
      current = current.add(duration);
    },
  };
};

const templates = loadTemplates();

/** The app that production runs, over a database of its own (or the one given) that holds an empty programme. */
export const testApp = async (
  t: Test,
  options: {
    now?: string;
    env?: Record<string, string>;
    log?: FastifyBaseLogger;
    database?: TestDatabase;
  } = {},
) => {
  const database = options.database ?? (await testDatabase(t));
  const config = readConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', RATE_LIMITS: 'off', ...options.env });
  const clock = testClock(options.now ?? A_MONDAY);
  let over = false;
  const queue = await openQueue(database, 'web', (error) => over || t.fail(error.message));
  await makeProgramme(database.db);
  const app = await buildApp(config, database, queue, clock, { templates, log: options.log });
  t.teardown(async () => {
    over = true;
    await app.close();
    await queue.stop();
  });
  /** What another process is to this one: an app of its own over the same database. */
  const anotherProcess = async () => {
    const another = await buildApp(config, database, queue, clock, { templates, log: options.log });
    t.teardown(() => another.close());
    return { browser: () => openBrowser(another) };
  };
  return {
    app,
    database,
    db: database.db,
    config,
    clock,
    queue,
    templates,
    browser: () => openBrowser(app),
    anotherProcess,
  };
};

/** As many processes over one database as it has connections for: what one of them does in turn, they do at once. */
export const manyProcesses = async (t: Test, options: Parameters<typeof testApp>[1] = {}) => {
  const site = await testApp(t, options);
  const others = await Promise.all(Array.from({ length: 8 }, site.anotherProcess));
  return { ...site, processes: [site, ...others] };
};

type App = Awaited<ReturnType<typeof buildApp>>;
type Form = Record<string, string | string[] | undefined>;

const encode = (form: Form) => {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one]),
  );
  return new URLSearchParams(pairs).toString();
};

/** Speaks HTTP as a browser does: keeps cookies, says where a form came from. Does not follow redirects. */
export const openBrowser = (app: App) => {
  const cookies = new Map<string, string>();
  const send = async (request: InjectOptions): Promise<LightMyRequestResponse> => {
    const response = await app.inject({
      ...request,
      cookies: Object.fromEntries(cookies),
      headers: { 'sec-fetch-site': 'same-origin', ...request.headers },
    });
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0 || value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    send,
    get: (url: string, headers: Record<string, string> = {}) => send({ method: 'GET', url, headers }),
    post: (url: string, form: Form = {}, headers: Record<string, string> = {}) =>
      send({
        method: 'POST',
        url,
        payload: encode(form),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  };
};

export type TestBrowser = ReturnType<typeof openBrowser>;

/** For tests of races: skips where there is no PostgreSQL, except in CI, where it fails. */
export const needsPostgres = (): { skip: false | string } => {
  if (onPostgres) return { skip: false };
  if (process.env.WESTAND_TEST_COMPLETE)
    throw new Error('This run must have PostgreSQL: set TEST_DATABASE_URL.');
  return { skip: 'needs PostgreSQL' };
};
