import type { BaseLogger } from 'pino';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';
import { type Composed, type ComposeFault, composeAll } from './compose.ts';
import { claimMessages, type Outcome, openRecorder } from './outcomes.ts';
import { refusalOf } from './refusal.ts';
import type { MessageRow, Render } from './render.ts';
import { holdBack } from './suppressed.ts';
import { CONNECTIONS, type MailTransport } from './transport.ts';

/** One try at one message. */
export interface Try {
  messageId: string;
  /** No other try follows this one. */
  last: boolean;
}

export interface Sender {
  /**
   * Sends what is still to be sent of a batch, and writes down what became of each.
   * @returns the outcomes by message; a message that was sent or given up before has none
   */
  send(tries: Try[]): Promise<Map<string, Outcome>>;
  /** Begins no further message; those of a batch that did not have their turn count as to be tried again. */
  stop(): void;
}

/** A batch that a slow server has held up for so long begins no further message: the queue's own limit is 5 minutes. */
const LONGEST_BATCH_MS = 60_000;

/** Sends messages over a transport, side by side over its connections. */
export const openSender = (
  db: Db,
  clock: Clock,
  log: Pick<BaseLogger, 'info' | 'warn'>,
  render: Render,
  transport: MailTransport,
): Sender => {
  const recorder = openRecorder(db, clock);
  let stopped = false;

  const attempt = async (
    { id, kind }: MessageRow,
    composed: Composed | ComposeFault,
    last: boolean,
    probe: boolean,
  ): Promise<Outcome> => {
    try {
      if (!('raw' in composed)) throw composed;
      await transport.send(id, composed);
      return { id, kind, state: 'sent', code: null, mailbox: probe ? 'works' : undefined };
    } catch (error) {
      const { code, permanent, bounced } = refusalOf(error);
      const state = permanent || last ? 'failed' : 'retrying';
      return { id, kind, state, code, mailbox: bounced ? 'gone' : undefined };
    }
  };

  const send = async (tries: Try[]) => {
    const lastTries = new Set(tries.filter(({ last }) => last).map(({ messageId }) => messageId));
    const ids = [...new Set(tries.map(({ messageId }) => messageId))];
    const probes = await holdBack(db, ids, clock.now());
    const messages = await claimMessages(db, ids);
    const composed = await composeAll(render, messages);
    const outcomes = new Map<string, Outcome>();
    const sent: string[] = [];
    const written: Promise<void>[] = [];
    const patience = performance.now() + LONGEST_BATCH_MS;

    const oneAfterAnother = async (turns: Iterable<MessageRow>) => {
      for (const message of turns) {
        const { id, kind } = message;
        const begin = !stopped && !recorder.isInTrouble() && performance.now() < patience;
        const outcome: Outcome = begin
          ? await attempt(message, composed.get(id)!, lastTries.has(id), probes.has(id))
          : { id, kind, state: 'retrying', code: 'postponed' };
        outcomes.set(id, outcome);
        written.push(recorder.record(outcome));
        if (outcome.state === 'sent') sent.push(id);
        else log.warn({ messageId: id, kind, code: outcome.code }, outcome.state);
      }
    };
    const turns = messages.values();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => oneAfterAnother(turns)));
    // One line for all of them: a write to the log for each is a twentieth of all the work.
    if (sent.length > 0) log.info({ messageIds: sent }, 'sent');
    await Promise.all(written);
    return outcomes;
  };

  return {
    send,
    stop: () => {
      stopped = true;
    },
  };
};
