import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { createEvent, type EventPlan } from '../events/plan.ts';
import type { PlannedEvent } from '../events/plans.ts';
import { type Fit, fitPlans } from './fit.ts';
import { listPitches, type Pitch } from './pitches.ts';
import { isFirstSubmission } from './submissions.ts';

/** A copy that somebody asked for, and whether it finds its place. */
export interface Copy {
  source: PlannedEvent;
  plan: EventPlan;
  pitch: Pitch | undefined;
  fit: Fit;
}

/** The most copies at once. */
export const MOST_COPIES = 100;

/** A plan so many days on: what began at 11am begins at 11am, whatever the clocks do in between. */
export const moveDays = <P extends EventPlan>(plan: P, days: number, timeZone: string): P => {
  const moved = (instant: Temporal.Instant) =>
    instant
      .toZonedDateTimeISO(timeZone)
      .toPlainDateTime()
      .add({ days })
      .toZonedDateTime(timeZone)
      .toInstant();
  return { ...plan, startsAt: moved(plan.startsAt), endsAt: moved(plan.endsAt) };
};

const toDate = (plan: PlannedEvent, date: Temporal.PlainDate, timeZone: string) => {
  const day = plan.startsAt.toZonedDateTimeISO(timeZone).toPlainDate();
  return moveDays(plan, day.until(date).days, timeZone);
};

/** At another venue, a title that names the old one names the new one. */
export const atPitch = (
  plan: PlannedEvent,
  pitch: Pitch | undefined,
  from: Pitch | undefined,
): EventPlan => ({
  ...plan,
  reference: null,
  title: pitch && from ? plan.title.replaceAll(from.venue, pitch.venue) : plan.title,
  pitchId: pitch?.id ?? null,
  areaId: pitch?.areaId ?? plan.areaId,
});

/** Copies of an event on these days at these pitches, in order of time; online, where there are no pitches to choose. */
export const planCopies = async (
  db: Db | Trx,
  areaIds: string[],
  {
    source,
    dates,
    pitchIds,
    timeZone,
  }: { source: PlannedEvent; dates: Temporal.PlainDate[]; pitchIds: string[]; timeZone: string },
): Promise<Copy[]> => {
  const pitches = await listPitches(db, areaIds);
  const from = pitches.find(({ id }) => id === source.pitchId);
  const chosen = source.pitchId ? pitches.filter(({ id }) => pitchIds.includes(id)) : [undefined];
  const wanted = dates.flatMap((date) =>
    chosen.map((pitch) => ({ pitch, plan: atPitch(toDate(source, date, timeZone), pitch, from) })),
  );
  const fits = await fitPlans(
    db,
    pitches,
    wanted.map(({ plan }) => plan),
  );
  return wanted.map((copy, at) => ({ source, ...copy, fit: fits[at]! }));
};

/** A copy as a draft: with the kit that is free, and its lead where they may still lead. */
const addCopy = async (trx: Trx, actor: Actor, areaIds: string[], copy: Copy, now: Temporal.Instant) => {
  if (!copy.fit.fits) return undefined;
  const missing = new Set(copy.fit.kitTaken.map(({ id }) => id));
  const kitItemIds = copy.plan.kitItemIds.filter((id) => !missing.has(id));
  const plan = { ...copy.plan, kitItemIds };
  for (const attempt of [plan, { ...plan, kitItemIds: [] }, { ...plan, kitItemIds: [], leadId: null }]) {
    const added = await createEvent(trx, actor, areaIds, attempt, now);
    if (!('refused' in added)) return added;
    if (added.refused === 'pitch taken') return undefined;
  }
  return undefined;
};

/** In the order of pitch and time, so that two coordinators never wait for each other. */
const byPlace = (a: Copy, b: Copy) =>
  String(a.plan.pitchId).localeCompare(String(b.plan.pitchId)) ||
  Temporal.Instant.compare(a.plan.startsAt, b.plan.startsAt);

/** Adds the copies that find their place, and leaves out the others: both come back, in the order given. */
export const addCopies = async (
  trx: Trx,
  actor: Actor,
  areaIds: string[],
  copies: readonly Copy[],
  campaignId: string | null,
  now: Temporal.Instant,
): Promise<{ added: Copy[]; leftOut: Copy[]; slugs: string[] }> => {
  const slugs = new Map<Copy, string>();
  for (const copy of copies.toSorted(byPlace)) {
    const added = await addCopy(trx, actor, areaIds, copy, now);
    if (!added) continue;
    slugs.set(copy, added.slug);
    await trx
      .insertInto('event_copies')
      .values({ event_id: added.id, source_id: copy.source.id, campaign_id: campaignId })
      .execute();
  }
  return {
    added: copies.filter((copy) => slugs.has(copy)),
    leftOut: copies.filter((copy) => !slugs.has(copy)),
    slugs: copies.flatMap((copy) => slugs.get(copy) ?? []),
  };
};

/** Copies an event to other days and pitches, once however often the same form is sent. */
export const copyEvent = async (
  trx: Trx,
  actor: Actor,
  areaIds: string[],
  wanted: Parameters<typeof planCopies>[2] & { submissionId: string },
  now: Temporal.Instant,
) => {
  if (!(await isFirstSubmission(trx, actor, wanted.submissionId, now)))
    return { refused: 'sent before' } as const;
  const copies = await planCopies(trx, areaIds, wanted);
  const result = await addCopies(trx, actor, areaIds, copies, null, now);
  const { id: subjectId, areaId } = wanted.source;
  const details = { added: result.added.length, leftOut: result.leftOut.length };
  await audit(trx, actor, { action: 'copy', subjectKind: 'event', subjectId, areaId, details }, now);
  return result;
};
