import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** How far: pages come first where the cores are shared, and messages still flow. */
const LATER = 19;

/**
 * Lets this process stand back behind others. On Linux each thread has a priority of its own, so those that collect
 * garbage and compile are named too (setpriority(2)); threads that come later take it from the one that starts them.
 */
export const standBack = async () => {
  setPriority(LATER);
  const threads = await readdir('/proc/self/task').catch(() => []);
  for (const thread of threads) {
    try {
      setPriority(Number(thread), LATER);
    } catch {
      // It ended meanwhile.
    }
  }
};
