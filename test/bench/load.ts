import type { LoadOptions } from './load-program.ts';
import { runProgram } from './processes.ts';

export interface Load {
  perSecond: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

interface Answers extends Load {
  statuses: Record<string, number>;
  errors: number;
  timeouts: number;
}

/** Loads a server from a process of its own, and fails where any answer is not the one expected. */
export const load = async (options: LoadOptions & { expect?: number }): Promise<Load> => {
  const { expect = 200, ...rest } = options;
  const { statuses, errors, timeouts, ...figures } = await runProgram<Answers>('load-program.ts', rest);
  const others = Object.keys(statuses).filter((status) => status !== String(expect));
  if (errors || timeouts || others.length > 0) {
    const counts = JSON.stringify({ statuses, errors, timeouts });
    throw new Error(`${options.url}${options.paths[0]} did not always answer ${expect}: ${counts}`);
  }
  return figures;
};
