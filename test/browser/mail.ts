import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import PostalMime from 'postal-mime';

/** One calendar entry, as a program that reads invites understood it. */
interface Entry {
  uid: string;
  sequence: number;
  method: string;
  startsAt: string;
  endsAt: string;
}

const instant = (date: Date) => Temporal.Instant.fromEpochMilliseconds(date.getTime()).toString();

const readByIcalJs = (source: string): Entry => {
  const calendar = new ICAL.Component(ICAL.parse(source));
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent')!);
  return {
    uid: event.uid,
    sequence: event.sequence,
    method: String(calendar.getFirstPropertyValue('method')),
    startsAt: instant(event.startDate.toJSDate()),
    endsAt: instant(event.endDate.toJSDate()),
  };
};

const readByNodeIcal = (source: string): Entry => {
  const event = Object.values(nodeIcal.sync.parseICS(source)).find((part) => part?.type === 'VEVENT');
  if (event?.type !== 'VEVENT' || !event.end) throw new Error('node-ical found no event');
  return {
    uid: event.uid,
    sequence: Number(event.sequence),
    method: String(event.method),
    startsAt: instant(event.start),
    endsAt: instant(event.end),
  };
};

/** A message as it came over SMTP: its words, and its invite as two programs read it. */
export const readMessage = async (raw: string) => {
  const { subject, text = '', attachments } = await PostalMime.parse(raw);
  const calendars = attachments.filter(({ mimeType }) => mimeType === 'text/calendar');
  const source = new TextDecoder().decode(calendars[0]?.content as ArrayBuffer);
  return {
    subject,
    text,
    method: calendars[0]?.method,
    byIcalJs: readByIcalJs(source),
    byNodeIcal: readByNodeIcal(source),
  };
};
