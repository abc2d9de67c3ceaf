import { audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { type By, findChampionIn } from './champion-training.ts';
import { unpass } from './passing.ts';
import { correctRecord } from './records.ts';

/** A record that still counts, with its champion; undefined outside these areas. */
export const findRecord = async (db: Db, recordId: string, areaIds: string[]) => {
  const record = await db
    .selectFrom('training_records as r')
    .innerJoin('modules', 'modules.id', 'r.module_id')
    .select([
      'r.champion_id',
      'r.passed_on as passedOn',
      'r.expires_on as expiresOn',
      'r.outcome',
      'r.booking_id as bookingId',
      'modules.name as module',
    ])
    .select((eb) =>
      eb
        .exists(eb.selectFrom('training_records as l').select('l.id').whereRef('l.supersedes', '=', 'r.id'))
        .$castTo<boolean>()
        .as('corrected'),
    )
    .where('r.id', '=', recordId)
    .executeTakeFirst();
  const champion = record && (await findChampionIn(db, record.champion_id, areaIds));
  if (!record || !champion) return undefined;
  return {
    id: recordId,
    champion,
    module: record.module,
    bookingId: record.bookingId,
    passedOn: Temporal.PlainDate.from(record.passedOn),
    /** The last day on which it counts, where the record names one. */
    expiresOn: record.expiresOn === null ? null : Temporal.PlainDate.from(record.expiresOn),
    open: record.outcome === 'passed' && !record.corrected,
  };
};

export type FoundRecord = NonNullable<Awaited<ReturnType<typeof findRecord>>>;

interface CorrectionRefusal {
  refused: 'to come' | 'same day' | 'after its end' | 'corrected already' | 'not there';
}

/** Before its records, as the register does. */
const lockBookingOf = (trx: Trx, bookingId: string) =>
  trx.selectFrom('bookings').select('id').where('id', '=', bookingId).forUpdate().execute();

/** Puts a record right: the day is another one, or, without a day, they had not passed, which their register shows too. */
export const correctPass = (
  db: Db,
  record: FoundRecord,
  { passedOn, reason }: { passedOn: Temporal.PlainDate | null; reason: string },
  by: By,
): Promise<'corrected' | CorrectionRefusal> =>
  db
    .transaction()
    .execute(async (trx) => {
      const { actor, today, now } = by;
      if (passedOn && Temporal.PlainDate.compare(passedOn, today) > 0) return { refused: 'to come' as const };
      if (passedOn?.equals(record.passedOn)) return { refused: 'same day' as const };
      if (passedOn && record.expiresOn && Temporal.PlainDate.compare(passedOn, record.expiresOn) > 0)
        return { refused: 'after its end' as const };
      if (record.bookingId) await lockBookingOf(trx, record.bookingId);
      const recordedBy = actor.coordinatorId;
      const written = await correctRecord(trx, { recordId: record.id, passedOn, reason, recordedBy, now });
      if (!written) return { refused: 'corrected already' as const };
      if (!passedOn && record.bookingId) await unpass(trx, record.bookingId, by);
      const { id, areaId } = record.champion;
      const entry = {
        action: 'correct record',
        subjectKind: 'champion training',
        subjectId: id,
        areaId,
        details: { recordId: record.id, to: passedOn?.toString() ?? 'not passed' },
      };
      await audit(trx, actor, entry, now);
      return 'corrected' as const;
    })
    .catch((error) => {
      if (error?.constraint === 'passed_only_who_attended') return { refused: 'not there' as const };
      throw error;
    });
