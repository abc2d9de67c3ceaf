import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../db.ts';
import type { InviteDetails, Told } from '../schema.ts';

/** A dated thing as a calendar shows it. */
export interface CalendarEntry {
  title: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  place: string;
  onlineUrl?: string | null;
}

/** The host of the public address makes UIDs ours for good (RFC 7986, section 5.3). */
const uidOf = (inviteId: string, publicUrl: string) => `${inviteId}@${new URL(publicUrl).hostname}`;

/** What the message carries to put an entry into a calendar, change it there, or take it out. */
export const inviteDetails = (
  { id, sequence }: { id: string; sequence: number },
  method: InviteDetails['method'],
  entry: CalendarEntry,
  publicUrl: string,
  page = '/me',
): InviteDetails => ({
  uid: uidOf(id, publicUrl),
  sequence,
  method,
  title: entry.title,
  startsAt: entry.startsAt.toString(),
  endsAt: entry.endsAt.toString(),
  location: entry.onlineUrl ?? entry.place,
  description: method === 'CANCEL' ? 'This has been taken out of your calendar.' : `See ${publicUrl}${page}`,
});

/** What the holder of an entry knows once they have this. */
export const toldBy = ({ method, title, startsAt, endsAt, location }: InviteDetails): Told => ({
  method,
  title,
  startsAt,
  endsAt,
  location,
});

export interface NewInvite {
  id: string;
  championId: string;
  bookingId?: string;
  eventId?: string;
  told: Told;
  createdAt: Temporal.Instant;
}

/** The first invite to an entry: its row, and what the message carries. */
export const newInvite = (
  holder: { championId: string; bookingId: string } | { championId: string; eventId: string },
  entry: CalendarEntry,
  { publicUrl, now }: { publicUrl: string; now: Temporal.Instant },
): { row: NewInvite; details: InviteDetails } => {
  const id = randomUUIDv7();
  const details = inviteDetails({ id, sequence: 0 }, 'REQUEST', entry, publicUrl);
  return { row: { ...holder, id, told: toldBy(details), createdAt: now }, details };
};

/** Writes the row of an invite. */
export const insertInvite = async (
  trx: Trx,
  { id, championId, bookingId, eventId, told, createdAt }: NewInvite,
) => {
  await trx
    .insertInto('invites')
    .values({
      id,
      champion_id: championId,
      booking_id: bookingId,
      event_id: eventId,
      told: JSON.stringify(told),
      created_at: createdAt,
    })
    .execute();
};

/** What a calendar was told of an entry, as the entry. */
export const entryOf = ({ title, startsAt, endsAt, location }: Told): CalendarEntry => ({
  title,
  startsAt: Temporal.Instant.from(startsAt),
  endsAt: Temporal.Instant.from(endsAt),
  place: location,
});

/** Ends the live invite to one place, and says what its CANCEL carries; nothing where the calendar does not hold it. */
export const endInvite = async (
  trx: Trx,
  of: 'booking_id' | 'attendance_id',
  id: string,
  { publicUrl, now, page }: { publicUrl: string; now: Temporal.Instant; page?: string },
) => {
  const invite = await trx
    .updateTable('invites')
    .set((eb) => ({ sequence: eb('sequence', '+', 1), cancelled_at: now }))
    .where(of, '=', id)
    .where('cancelled_at', 'is', null)
    .returning(['id', 'sequence', 'told'])
    .executeTakeFirst();
  if (invite?.told.method !== 'REQUEST') return undefined;
  return inviteDetails(invite, 'CANCEL', entryOf(invite.told), publicUrl, page);
};

/** Ends live invites of a champion and raises their SEQUENCE, as every CANCEL must (RFC 5546, section 3.2.5). */
export const cancelInvites = (trx: Trx, inviteIds: string[], now: Temporal.Instant) =>
  trx
    .updateTable('invites')
    .set((eb) => ({ sequence: eb('sequence', '+', 1), cancelled_at: now }))
    .where('id', '=', sql<string>`any(${inviteIds})`)
    .where('cancelled_at', 'is', null)
    .returning(['id', 'sequence'])
    .execute();
