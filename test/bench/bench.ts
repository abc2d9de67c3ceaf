import type { Sizes } from './fill/fill.ts';
import type { Server } from './processes.ts';
import type { Statement } from './sign-up/statements.ts';

/** What every figure is measured with. */
export interface Bench {
  /** How long each measurement takes, and how often it is made. */
  seconds: number;
  times: number;
  /** Tries of each kind where answers to known and unknown addresses are timed. */
  tries: number;
  sizes: Sizes;
  databaseUrl: string;
  product: Server;
  sink: Server;
  smtpUrl: string;
  statements: Statement[];
}

/** One line of the report. */
export interface Row {
  what: string;
  ours: string;
  limit: string;
  ratio?: number;
  goal: string;
  met: boolean;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-GB');

export const perSecond = (value: number) => `${whole(value)}/s`;
export const ms = (value: number) => `${value < 20 ? value.toFixed(1) : whole(value)} ms`;
export const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * A line that compares two rates.
 * @param ratio where each was measured just after the other: the median of their ratios, instead of that of the medians
 */
export const rateRow = (
  what: string,
  ours: number,
  limit: number,
  atLeast: number,
  ratio = ours / limit,
): Row => ({
  what,
  ours: perSecond(ours),
  limit: perSecond(limit),
  ratio,
  goal: `at least ${atLeast} of it`,
  met: ratio >= atLeast,
});

/** A line for a figure that must stay under a fixed one. */
export const underRow = (
  what: string,
  ours: number,
  under: number,
  unit: (value: number) => string,
): Row => ({
  what,
  ours: unit(ours),
  limit: '',
  goal: `under ${unit(under)}`,
  met: ours < under,
});
