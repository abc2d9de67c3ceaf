import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';
import { hasOlderUnsent } from './in-order.ts';
import type { MessageRow } from './render.ts';
import { liftRecipients, suppressRecipients } from './suppressed.ts';

/** What became of one try; `code` is the mail server's (RFC 5321, section 4.2; RFC 3463), or names the fault. */
export interface Outcome {
  id: string;
  kind: string;
  state: 'sent' | 'retrying' | 'failed';
  code: string | null;
  /** What the try told of the mailbox: that there is none, or that one we gave up works. */
  mailbox?: 'gone' | 'works' | undefined;
}

const anyOf = (ids: string[]) => sql<string>`any(${ids}::uuid[])`;

/**
 * Takes up the messages that are still to be sent; one that was sent or given up before is left out. One that has to
 * wait for an older message about the same calendar entry is held: it needs no job until `releaseHeld` gives it one.
 * The batch is found by its ids alone: PostgreSQL takes those unsent for few, and would look at all of them for each.
 */
export const claimMessages = async (db: Db, ids: string[]): Promise<MessageRow[]> => {
  const claimed = await db
    .with(
      (cte) => cte('turn').materialized(),
      (with_) =>
        with_
          .selectFrom('messages')
          .select(['messages.id', 'messages.state', hasOlderUnsent.as('waits')])
          .where('messages.id', '=', anyOf(ids))
          .forUpdate(),
    )
    .updateTable('messages')
    .from('turn')
    .set({
      state: sql`case when turn.waits then messages.state else 'sending' end`,
      attempts: sql`messages.attempts + case when turn.waits then 0 else 1 end`,
      held: sql`turn.waits`,
    })
    .whereRef('turn.id', '=', 'messages.id')
    .where('turn.state', 'in', ['queued', 'sending', 'retrying'])
    .returning([
      'messages.id',
      'messages.kind',
      'messages.recipient',
      'messages.data',
      'messages.invite',
      'messages.created_at',
      'messages.held',
    ])
    .execute();
  return claimed.filter(({ held }) => !held);
};

const write = async (db: Db, clock: Clock, outcomes: Outcome[]) => {
  const told = (mailbox: Outcome['mailbox']) => outcomes.filter((one) => one.mailbox === mailbox);
  await suppressRecipients(db, told('gone'), clock.now());
  await liftRecipients(
    db,
    told('works').map(({ id }) => id),
  );
  const alike = Map.groupBy(outcomes, ({ state, code }) => `${state} ${code}`);
  for (const group of alike.values()) {
    const { state, code } = group[0]!;
    await db
      .updateTable('messages')
      .set({ state, last_error: code, sent_at: state === 'sent' ? clock.now() : null })
      .where('id', '=', anyOf(group.map(({ id }) => id)))
      // What is sent is sent: another try may have begun, or been put off, before this could be written.
      .where((eb) => (state === 'sent' ? eb('sent_at', 'is', null) : eb('state', '=', 'sending')))
      .execute();
  }
};

const GATHER_MS = 20;

/** With the longest batch, still under the queue's own limit. */
const PATIENCE_MS = 90_000;

/** Writes each outcome down soon after it is known, in one statement with others of the same moment. */
export const openRecorder = (db: Db, clock: Clock) => {
  let gathering: { outcomes: Outcome[]; written: Promise<void> } | undefined;
  let inTrouble = false;

  /** An outcome that is lost makes a message go out twice, so a database that is away is asked again and again. */
  const writeInTheEnd = async (outcomes: Outcome[]) => {
    for (const until = performance.now() + PATIENCE_MS; ; await pause(1_000)) {
      try {
        await write(db, clock, outcomes);
        inTrouble = false;
        return;
      } catch (error) {
        inTrouble = true;
        if (performance.now() > until) throw error;
      }
    }
  };

  const gather = () => {
    const outcomes: Outcome[] = [];
    const written = pause(GATHER_MS).then(() => {
      gathering = undefined;
      return writeInTheEnd(outcomes);
    });
    // Who recorded hears of a failure; it must not be taken for one that nobody hears of until then.
    written.catch(() => {});
    return { outcomes, written };
  };

  return {
    /** Resolves when the outcome is written. */
    record: (outcome: Outcome): Promise<void> => {
      gathering ??= gather();
      gathering.outcomes.push(outcome);
      return gathering.written;
    },
    /** Whether the last write failed: what is sent now might never be known as sent. */
    isInTrouble: () => inTrouble,
  };
};
