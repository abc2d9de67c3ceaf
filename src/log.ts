import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { errorForLog } from './error-for-log.ts';

export interface Log {
  log: Logger;
  /** Writes down what went wrong behind the pages: a connection lost, a poll refused. */
  onError(error: Error): void;
}

export const openLog = ({ logLevel }: Pick<Config, 'logLevel'>): Log => {
  const log = pino({ level: logLevel });
  return { log, onError: (error) => log.error({ err: errorForLog(error) }, 'background error') };
};
