import { execFile } from 'node:child_process';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The highest nice value, which is the lowest priority (setpriority(2)). */
const LAST = 19;

/**
 * Lets this process stand back behind others of its session or control group (sched(7)): pages come first where the
 * cores are shared, and messages still flow. On Linux each of its threads gets SCHED_IDLE, and those that come later
 * take it from the one that starts them: a page that is asked for takes the core from such a thread at once, which
 * a nice value does not bring about. Where there is no chrt, its main thread gets the highest of those.
 */
export const standBack = async () => {
  try {
    await promisify(execFile)('chrt', ['-a', '-i', '-p', '0', String(process.pid)]);
  } catch {
    setPriority(LAST);
  }
};

/** What became of this thread's time, in milliseconds; for most of what is left, it waited for a core. */
export interface TimeSpent {
  inAll: number;
  running: number;
  idle: number;
}

const timeSpent = (): TimeSpent => {
  const { user, system } = process.threadCpuUsage();
  const { idle } = performance.eventLoopUtilization();
  return { inAll: performance.now(), running: (user + system) / 1000, idle };
};

/** How far back it looks at the least. */
const WINDOW_MS = 50;
/** The part of its time that it may wait for a core: others run now and then even where there are cores enough. */
const NOW_AND_THEN = 1 / 4;
/** How long it rests, beside how long it waited. */
const REST = 1 / 2;
/** A process that was halted for an hour waited for an hour. */
const LONGEST_REST_MS = 500;

/**
 * Makes the function that is awaited before each piece of work. Mostly that goes on at once. Where this thread had to
 * wait for a core, others need the cores, and work rests: two cores are often two threads of one, each slower the
 * more the other does, so that standing back alone leaves others too little.
 */
export const openRests = (spent = timeSpent) => {
  let before = spent();
  let rest: Promise<void> | undefined;
  return (): Promise<void> | undefined => {
    const now = spent();
    const took = now.inAll - before.inAll;
    if (rest || took < WINDOW_MS) return rest;
    const waited = took - (now.running - before.running) - (now.idle - before.idle);
    before = now;
    if (waited < took * NOW_AND_THEN) return undefined;
    rest = pause(Math.min(waited * REST, LONGEST_REST_MS)).then(() => {
      rest = undefined;
      before = spent();
    });
    return rest;
  };
};
