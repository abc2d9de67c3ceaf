import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { EventPlan } from '../events/plan.ts';
import type { TakenBy } from '../events/taken.ts';
import type { Pitch } from './pitches.ts';

/** Kit of a plan; `taken` where another event has it at that time, or it is not to be used any more. */
interface Kit {
  id: string;
  name: string;
  taken: boolean;
}

/** Whether a plan finds its place: beside what is planned already, and beside those before it in the same list. */
export type Fit =
  | { fits: true; kitTaken: Pick<Kit, 'id' | 'name'>[] }
  | { fits: false; why: 'pitch taken'; by: TakenBy }
  | { fits: false; why: 'taken before'; at: number }
  | { fits: false; why: 'pitch closed' }
  | { fits: false; why: 'past' };

interface Slot {
  n: number;
  plan: EventPlan;
  from: Temporal.Instant;
  until: Temporal.Instant;
}

const overlap = (a: Slot, b: Slot) =>
  Temporal.Instant.compare(a.from, b.until) < 0 && Temporal.Instant.compare(b.from, a.until) < 0;

/** For each slot that a live event has: the first such event, by the number of the slot. */
const pitchesTaken = async (db: Db | Trx, slots: Slot[], exceptIds: string[]) => {
  const { rows } = await sql<TakenBy & { n: number }>`
    select slot.n, taken.* from unnest(${slots.map(({ n }) => n)}::int[], ${slots.map(({ plan }) => plan.pitchId)}::uuid[],
      ${slots.map(({ from }) => String(from))}::timestamptz[], ${slots.map(({ until }) => String(until))}::timestamptz[])
      as slot(n, pitch_id, starts, ends)
    join lateral (
      select id, slug, title, starts_at as "startsAt", ends_at as "endsAt" from events
      where events.pitch_id = slot.pitch_id and state not in ('postponed', 'cancelled')
        and occupied && tstzrange(slot.starts, slot.ends) and not events.id = any(${exceptIds}::uuid[])
      order by starts_at limit 1) taken on true`.execute(db);
  return new Map(rows.map(({ n, ...by }) => [n, by]));
};

/** For each slot: its kit. */
const kitOf = async (db: Db | Trx, slots: Slot[], exceptIds: string[]) => {
  const wanted = slots.flatMap((slot) => slot.plan.kitItemIds.map((kitId) => ({ ...slot, kitId })));
  if (wanted.length === 0) return new Map<number, Kit[]>();
  const { rows } = await sql<Kit & { n: number }>`
    select slot.n, kit_items.id, kit_items.name, kit_items.closed_at is not null or exists (
      select from event_kit where event_kit.kit_item_id = slot.kit_item_id and held
        and occupied && tstzrange(slot.starts, slot.ends) and not event_id = any(${exceptIds}::uuid[])) as taken
    from unnest(${wanted.map(({ n }) => n)}::int[], ${wanted.map(({ kitId }) => kitId)}::uuid[],
      ${wanted.map(({ from }) => String(from))}::timestamptz[], ${wanted.map(({ until }) => String(until))}::timestamptz[])
      as slot(n, kit_item_id, starts, ends)
    join kit_items on kit_items.id = slot.kit_item_id
    order by kit_items.name`.execute(db);
  return Map.groupBy(rows, ({ n }) => n);
};

/**
 * Tries a list of plans without writing any: two queries, however many there are.
 * @param exceptIds events that these plans take the place of
 */
export const fitPlans = async (
  db: Db | Trx,
  pitches: readonly Pitch[],
  plans: readonly EventPlan[],
  exceptIds: string[] = [],
): Promise<Fit[]> => {
  const byId = new Map(pitches.map((pitch) => [pitch.id, pitch]));
  const slots = plans.map((plan, n): Slot => {
    const pitch = byId.get(plan.pitchId ?? '');
    return {
      n,
      plan,
      from: plan.startsAt.subtract({ minutes: pitch?.setUpMinutes ?? 0 }),
      until: plan.endsAt.add({ minutes: pitch?.takeDownMinutes ?? 0 }),
    };
  });
  const onPitches = slots.filter(({ plan }) => plan.pitchId !== null);
  const taken = await pitchesTaken(db, onPitches, exceptIds);
  const kit = await kitOf(db, slots, exceptIds);

  const onPitch = new Map<string | null, Slot[]>();
  const withKit = new Map<string, Slot[]>();
  return slots.map((slot): Fit => {
    const { pitchId } = slot.plan;
    if (pitchId && !byId.has(pitchId)) return { fits: false, why: 'pitch closed' };
    const by = taken.get(slot.n);
    if (by) return { fits: false, why: 'pitch taken', by };
    const before = pitchId ? (onPitch.get(pitchId) ?? []) : [];
    const earlier = before.find((other) => overlap(slot, other));
    if (earlier) return { fits: false, why: 'taken before', at: earlier.n };
    onPitch.set(pitchId, [...before, slot]);

    const missing = (kit.get(slot.n) ?? []).filter(({ id, taken }) => {
      const holders = withKit.get(id) ?? [];
      if (taken || holders.some((other) => overlap(slot, other))) return true;
      withKit.set(id, [...holders, slot]);
      return false;
    });
    return { fits: true, kitTaken: missing };
  });
};
