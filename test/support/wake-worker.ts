import type { Queue } from '../../src/jobs.ts';

/** Has the workers of a queue look at once for what is due, instead of within their half a second or two. */
export const wakeWorker = ({ boss }: Queue) => {
  for (const { id, workId } of boss.getWipData()) if (id === workId) boss.notifyWorker(id);
};
