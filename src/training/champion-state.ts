import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { pageChangedMessage, queueMessage } from '../mail/messages.ts';
import type { ChampionState } from '../schema.ts';
import type { FoundChampion } from './champion-training.ts';

/** Those who go on, whatever their records make of that. */
const GO_ON: ChampionState[] = ['confirmed', 'in training', 'active', 'lapsed'];

/** What a coordinator may do to a champion's state, from which states, and what it is then. */
export const STEPS = {
  pause: { from: GO_ON, to: 'paused' },
  suspend: { from: [...GO_ON, 'paused'], to: 'suspended' },
  resume: { from: ['paused', 'suspended'], to: 'confirmed' },
} as const satisfies Record<string, { from: readonly ChampionState[]; to: ChampionState }>;

export type Step = keyof typeof STEPS;

export const maySteps = (state: ChampionState) =>
  (Object.keys(STEPS) as Step[]).filter((step) =>
    (STEPS[step].from as readonly ChampionState[]).includes(state),
  );

/**
 * Pauses or suspends a champion, or lets them go on. Bookings stay as they are. The person is told that their page has
 * changed, and nothing else: they must not learn at a door that their certificate is invalid, and whoever shares
 * their inbox must not learn it at all.
 */
export const takeStep = (
  db: Db,
  queue: Queue,
  actor: Actor,
  champion: FoundChampion,
  step: Step,
  now: Temporal.Instant,
): Promise<'done' | 'done already' | { refused: 'not from here' }> =>
  db.transaction().execute(async (trx) => {
    const { from, to } = STEPS[step];
    const before = await trx
      .selectFrom('champions')
      .select(['state', 'email'])
      .where('id', '=', champion.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { state, email } = before;
    if (state === to || (step === 'resume' && GO_ON.includes(state))) return 'done already';
    if (!(from as readonly ChampionState[]).includes(state)) return { refused: 'not from here' };
    await trx.updateTable('champions').set({ state: to }).where('id', '=', champion.id).execute();
    const { id, areaId } = champion;
    await audit(
      trx,
      actor,
      { action: step, subjectKind: 'champion', subjectId: id, areaId, details: { from: state } },
      now,
    );
    await queueMessage(trx, queue, pageChangedMessage({ championId: id, recipient: email }), now);
    return 'done';
  });
