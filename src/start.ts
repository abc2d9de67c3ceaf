import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { sweepAccounts } from './accounts/sweep.ts';
import { buildApp } from './app.ts';
import { sweepUnused } from './completions/receive.ts';
import type { Config } from './config.ts';
import { openDatabase } from './db.ts';
import { sweepLearning } from './elearning/forget.ts';
import { readCourses } from './elearning/read-courses.ts';
import { contentWarnings } from './elearning/versions.ts';
import { errorForLog } from './error-for-log.ts';
import { eventChores } from './events/chores.ts';
import { sweepImports } from './imports.ts';
import { openQueue } from './jobs.ts';
import type { Log } from './log.ts';
import { sweepSuppressed } from './mail/suppressed.ts';
import { startWorker } from './mail/worker.ts';
import { messageChores } from './messages/chores.ts';
import { migrate } from './migrations.ts';
import { sweepSubmissions } from './planning/submissions.ts';
import { sweepRateLimits } from './rate-limits.ts';
import { loadSampleProgramme } from './sample/load.ts';
import { loadTemplates } from './templates.ts';
import { systemClock } from './time.ts';
import { trainingChores } from './training/chores.ts';
import { whereToLook } from './where-to-look.ts';

/** Under the ten seconds that container engines allow. */
const SHUT_DOWN_MS = 9_000;

/** How long a worker lets the pages of its own process go first: whoever starts Westand is about to open one. */
const PAGES_FIRST_MS = 1_000;

/** Starts the web, the worker, or both, and stops them gracefully when the process is asked to end. */
export const start = async (config: Config, { log, onError }: Log) => {
  const courses = readCourses(config.contentDir);
  const templates = loadTemplates({ ahead: config.environment !== 'development' });
  const database = await openDatabase(config, onError);
  await migrate(database.db);
  if (config.environment !== 'production') await loadSampleProgramme(database.db, systemClock.now());

  for (const sentence of await contentWarnings(database.db, courses)) log.warn(sentence);

  const isWorker = config.process !== 'web';
  // Pages come first where they share the cores with the worker.
  if (config.process === 'worker') setPriority(constants.priority.PRIORITY_LOW);
  const queue = await openQueue(database, 'web', onError);
  const sweeps = [
    sweepAccounts,
    sweepRateLimits,
    sweepUnused,
    sweepImports,
    sweepSubmissions,
    sweepSuppressed,
    sweepLearning,
  ];
  const shared = { config, db: database.db, queue, clock: systemClock };
  const chores = [...eventChores(shared), ...messageChores(shared), ...trainingChores(shared)];
  const app = await buildApp(config, database, queue, systemClock, { templates, courses, log });

  const closing = new AbortController();

  /** The worker looks after the queues by a connection of its own, opened when the pages are there. */
  const startWorking = async () => {
    const own = await openQueue(database, 'worker', onError);
    try {
      const worker = await startWorker({ ...shared, queue: own, log, templates, sweeps, chores });
      return { stop: () => worker.stop().finally(own.stop) };
    } catch (error) {
      await own.stop();
      throw error;
    }
  };

  /** Where the database is away just then, the pages must not go down with a worker that cannot start. */
  const startWorkingBesidePages = async () => {
    for (;;) {
      await pause(PAGES_FIRST_MS, undefined, { signal: closing.signal });
      try {
        return await startWorking();
      } catch (error) {
        onError(error as Error);
      }
    }
  };

  let starting: ReturnType<typeof startWorking> | undefined;
  closeWithGrace({ delay: SHUT_DOWN_MS, logger: log }, async ({ err }) => {
    closing.abort();
    if (err) log.fatal({ err: errorForLog(err) }, 'ending after an error that nothing caught');
    await app.close();
    const worker = await starting?.catch(() => undefined);
    await worker?.stop();
    await queue.stop();
    await database.close();
  });

  try {
    await app.listen({ host: config.host, port: config.port });
    if (config.environment === 'development') console.log(await whereToLook(config, database.db));
    // Last: no page waits for it.
    if (!isWorker || closing.signal.aborted) return;
    starting = config.process === 'both' ? startWorkingBesidePages() : startWorking();
    await starting;
  } catch (error) {
    // Whoever is asked to end meanwhile ends gracefully.
    if (!closing.signal.aborted) throw error;
  }
};
