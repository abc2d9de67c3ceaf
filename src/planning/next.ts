import { type Actor, audit } from '../audit.ts';
import type { Trx } from '../db.ts';
import type { PlannedEvent } from '../events/plans.ts';
import { addCopies, atPitch, type Copy } from './copies.ts';
import { fitPlans } from './fit.ts';
import { listPitches } from './pitches.ts';
import { isFirstSubmission } from './submissions.ts';

export interface NextEvent {
  source: PlannedEvent;
  title: string;
  pitchId: string | null;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  submissionId: string;
}

/** Adds one more event like another, as a draft; once, however often the same form is sent. */
export const addNext = async (
  trx: Trx,
  actor: Actor,
  areaIds: string[],
  { source, title, pitchId, startsAt, endsAt, submissionId }: NextEvent,
  now: Temporal.Instant,
): Promise<{ slug: string } | { refused: 'sent before' } | { refused: 'no place'; copy: Copy }> => {
  if (!(await isFirstSubmission(trx, actor, submissionId, now))) return { refused: 'sent before' };
  const pitches = await listPitches(trx, areaIds);
  const pitch = pitches.find(({ id }) => id === pitchId);
  const plan = { ...atPitch(source, pitch, undefined), pitchId, title, startsAt, endsAt };
  const [fit] = await fitPlans(trx, pitches, [plan]);
  const copy = { source, plan, pitch, fit: fit! };
  const { slugs } = await addCopies(trx, actor, areaIds, [copy], null, now);
  const [slug] = slugs;
  if (!slug) return { refused: 'no place', copy };
  const { id: subjectId, areaId } = source;
  await audit(
    trx,
    actor,
    { action: 'copy', subjectKind: 'event', subjectId, areaId, details: { added: 1 } },
    now,
  );
  return { slug };
};
