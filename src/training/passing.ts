import { audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { type AttendanceRefusal, lockBooking, type Marking, openRegister } from './attendance.ts';
import type { PlannedSession } from './planned-sessions.ts';
import { correctRecord, recordPass } from './records.ts';

/** What a record says that makes good one that was taken back. */
const PASSED_AFTER_ALL = 'Passed after all';

/** The newest record that a booking has brought: a pass, or one that takes a pass back. */
const newestRecordOf = (trx: Trx, bookingId: string) =>
  trx
    .selectFrom('training_records')
    .select(['id', 'outcome'])
    .where('booking_id', '=', bookingId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('training_records as successor')
            .select('successor.id')
            .whereRef('successor.supersedes', '=', 'training_records.id'),
        ),
      ),
    )
    .executeTakeFirst();

interface Attended {
  id: string;
  championId: string;
}

/** Writes the record of someone who was there, and says so in the register. */
const pass = async (
  trx: Trx,
  { actor, now }: Marking,
  session: PlannedSession,
  { id: bookingId, championId }: Attended,
  timeZone: string,
) => {
  const passedOn = session.startsAt.toZonedDateTimeISO(timeZone).toPlainDate();
  const recordedBy = actor.coordinatorId;
  const record = { championId, moduleId: session.moduleId, passedOn, bookingId, recordedBy, now };
  const written = await recordPass(trx, { ...record, source: 'session' });
  const newest = written ? undefined : await newestRecordOf(trx, bookingId);
  if (newest?.outcome === 'void')
    await correctRecord(trx, { recordId: newest.id, passedOn, reason: PASSED_AFTER_ALL, recordedBy, now });
  await trx
    .updateTable('bookings')
    .set({ state: 'passed', marked_at: now, marked_by: recordedBy })
    .where('id', '=', bookingId)
    .execute();
  const entry = { action: 'pass', subjectKind: 'booking', subjectId: bookingId, areaId: session.areaId };
  await audit(trx, actor, { ...entry, details: { sessionId: session.id } }, now);
};

/** Records that someone who was there has passed, on the day of the session. A second time changes nothing. */
export const passOne = (
  db: Db,
  marking: Marking,
  { bookingId, timeZone }: { bookingId: string; timeZone: string },
): Promise<'passed' | AttendanceRefusal> =>
  db.transaction().execute(async (trx) => {
    const open = await openRegister(trx, marking);
    if ('refused' in open) return open;
    const booking = await lockBooking(trx, marking.sessionId, bookingId);
    if (!booking) return { refused: 'unknown' };
    const isThere = booking.state === 'attended' || booking.state === 'passed';
    if (!isThere) return { refused: 'not there' };
    const newest = booking.state === 'passed' ? await newestRecordOf(trx, bookingId) : undefined;
    if (newest?.outcome === 'passed') return 'passed';
    await pass(trx, marking, open.session, booking, timeZone);
    return 'passed';
  });

/**
 * Records that all who were there have passed, but for those whose pass was taken back: that is said one by one.
 * @returns how many had not been recorded before
 */
export const passAll = (
  db: Db,
  marking: Marking,
  timeZone: string,
): Promise<{ passed: number } | AttendanceRefusal> =>
  db.transaction().execute(async (trx) => {
    const open = await openRegister(trx, marking);
    if ('refused' in open) return open;
    const there = await trx
      .selectFrom('bookings')
      .select(['id', 'champion_id as championId'])
      .where('session_id', '=', marking.sessionId)
      .where('state', '=', 'attended')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('training_records')
              .select('training_records.id')
              .whereRef('training_records.booking_id', '=', 'bookings.id'),
          ),
        ),
      )
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const booking of there) await pass(trx, marking, open.session, booking, timeZone);
    return { passed: there.length };
  });

/** In the register they were there, and have not passed any more. */
export const unpass = (trx: Trx, bookingId: string, { actor, now }: Pick<Marking, 'actor' | 'now'>) =>
  trx
    .updateTable('bookings')
    .set({ state: 'attended', marked_at: now, marked_by: actor.coordinatorId })
    .where('id', '=', bookingId)
    .where('state', '=', 'passed')
    .execute();

/**
 * Takes a pass back by a record that supersedes it; they stay in the register as there. A second time changes nothing.
 * @param reason is kept with the record
 */
export const takePassBack = (
  db: Db,
  marking: Marking,
  { bookingId, reason }: { bookingId: string; reason: string },
): Promise<'taken back' | AttendanceRefusal> =>
  db.transaction().execute(async (trx) => {
    const open = await openRegister(trx, marking);
    if ('refused' in open) return open;
    const booking = await lockBooking(trx, marking.sessionId, bookingId);
    if (!booking) return { refused: 'unknown' };
    if (booking.state === 'attended') return 'taken back';
    if (booking.state !== 'passed') return { refused: 'not there' };
    const { actor, now } = marking;
    const newest = await newestRecordOf(trx, bookingId);
    if (newest?.outcome === 'passed')
      await correctRecord(trx, {
        recordId: newest.id,
        passedOn: null,
        reason,
        recordedBy: actor.coordinatorId,
        now,
      });
    await unpass(trx, bookingId, marking);
    const entry = { action: 'take back pass', subjectKind: 'booking', subjectId: bookingId };
    await audit(
      trx,
      actor,
      { ...entry, areaId: open.session.areaId, details: { sessionId: marking.sessionId } },
      now,
    );
    return 'taken back';
  });
