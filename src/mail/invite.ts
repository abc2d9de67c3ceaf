import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventClass,
  ICalEventStatus,
} from 'ical-generator';
import type { InviteDetails } from '../schema.ts';

export interface Party {
  name?: string | undefined;
  address: string;
}

/** One person's calendar entry in a message, and its name among the attachments. */
export interface Invite {
  method: InviteDetails['method'];
  filename: string;
  content: string;
}

/** Readers differ on control characters, and on quotes in names (RFC 6868), so neither goes in. */
const plainWords = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}"]+/gu, ' ').trim();

const plainLines = (text: string) => text.split(/\r?\n/).map(plainWords).join('\n');

const sameAddress = (a: Party, b: Party) => a.address.toLowerCase() === b.address.toLowerCase();

/**
 * The iTIP message for one attendee (RFC 5546, sections 3.2.2 REQUEST and 3.2.5 CANCEL) as an iCalendar object
 * (RFC 5545): UTC instants, so no reader needs a time zone; `CLASS:PRIVATE`, since people share calendars.
 *
 * The attendee asked for the place, so `PARTSTAT=ACCEPTED`: Gmail then shows it as settled, and Outlook takes any
 * REQUEST for an open question whatever it says. `RSVP=TRUE`, because some readers offer nothing without it.
 *
 * @returns undefined where the recipient is the organiser: calendars take no invite from oneself
 */
export const inviteFor = (
  details: InviteDetails,
  attendee: Party,
  organizer: Party,
  madeAt: Temporal.Instant,
): Invite | undefined => {
  if (sameAddress(attendee, organizer)) return undefined;
  const cancelled = details.method === 'CANCEL';
  const calendar = ical({
    prodId: { company: 'Westand', product: 'Invites', language: 'EN' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
  });
  calendar.createEvent({
    id: plainWords(details.uid),
    sequence: details.sequence,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    class: ICalEventClass.PRIVATE,
    stamp: new Date(madeAt.epochMilliseconds),
    start: new Date(details.startsAt),
    end: new Date(details.endsAt),
    summary: plainWords(details.title),
    location: plainWords(details.location),
    description: plainLines(details.description),
    organizer: { name: plainWords(organizer.name || organizer.address), email: organizer.address },
    attendees: [
      {
        ...(attendee.name ? { name: plainWords(attendee.name) } : {}),
        email: attendee.address,
        role: ICalAttendeeRole.REQ,
        status: ICalAttendeeStatus.ACCEPTED,
        rsvp: true,
      },
    ],
  });
  return {
    method: details.method,
    filename: cancelled ? 'cancelled.ics' : 'invite.ics',
    content: `${calendar.toString()}\r\n`,
  };
};
