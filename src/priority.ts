import { execFile } from 'node:child_process';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';

/** The least of the nice values (setpriority(2)). */
const LAST = 19;

/**
 * Lets this process stand back behind others: pages come first where the cores are shared, and messages still flow.
 * On Linux it runs when nothing else wants to (SCHED_IDLE of sched(7), for each of its threads; those that come later
 * take it from the one that starts them): a page that is asked for takes the core from it at once, which even the least
 * nice value does not do. Elsewhere it gets that.
 */
export const standBack = async () => {
  try {
    await promisify(execFile)('chrt', ['-a', '-i', '-p', '0', String(process.pid)]);
  } catch {
    setPriority(LAST);
  }
};
