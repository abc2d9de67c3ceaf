import { placeWords } from '../planning/pitches.ts';
import { formatMoment, formatWhen } from '../time.ts';
import type { PlannedSession } from './planned-sessions.ts';

export const countOf = (many: number, one: string, more: string) => (many === 1 ? one : `${many} ${more}`);

/** 'Centre:MK, near the Samsung shop', or 'Online'. */
export const placeOf = ({ venue, pitch }: Pick<PlannedSession, 'venue' | 'pitch'>) =>
  placeWords(venue && pitch ? { venue, name: pitch } : undefined);

const tagOf = ({ state, endsAt, booked, capacity }: PlannedSession, now: Temporal.Instant) => {
  if (state === 'cancelled') return { text: 'Cancelled', classes: 'govuk-tag--red' };
  if (Temporal.Instant.compare(endsAt, now) <= 0) return { text: 'Over', classes: 'govuk-tag--grey' };
  return booked < capacity
    ? { text: 'Places left', classes: 'govuk-tag--green' }
    : { text: 'Full', classes: 'govuk-tag--yellow' };
};

/** '7 of 12 taken, 2 waiting'. */
const placesOf = ({ booked, capacity, waiting }: PlannedSession) =>
  `${booked} of ${capacity} taken${waiting > 0 ? `, ${waiting} waiting` : ''}`;

/** A session as lists show it. */
export const sessionRow = (session: PlannedSession, timeZone: string, now: Temporal.Instant) => ({
  id: session.id,
  module: session.module,
  when: formatWhen(session.startsAt, session.endsAt, timeZone, now),
  place: placeOf(session),
  trainer: session.trainer,
  places: placesOf(session),
  tag: tagOf(session, now),
  toMark: countOf(session.toMark, '1 person to record', 'people to record'),
});

/** How long before it begins people can be marked as there. */
export const OPENS_MINUTES = 30;

export const registerOpensAt = ({ startsAt }: Pick<PlannedSession, 'startsAt'>) =>
  startsAt.subtract({ minutes: OPENS_MINUTES });

/** A session as its own page shows it. */
export const sessionPage = (session: PlannedSession, timeZone: string, now: Temporal.Instant) => ({
  ...sessionRow(session, timeZone, now),
  onlineUrl: session.onlineUrl,
  venueId: session.venueId,
  cancelled: session.state === 'cancelled',
  cancelledAt: session.cancelledAt && formatMoment(session.cancelledAt, timeZone, now),
  cancelledReason: session.cancelledReason,
  over: Temporal.Instant.compare(session.endsAt, now) <= 0,
  registerOpen: Temporal.Instant.compare(registerOpensAt(session), now) <= 0,
  registerOpens: formatMoment(registerOpensAt(session), timeZone, now),
  left: session.toMark,
});
