import type ICAL from 'ical.js';
import PostalMime from 'postal-mime';
import { readCalendar } from './read-calendar.ts';

/** What a calendar program finds in a message as it came over SMTP. */
export const readMessage = async (raw: string) => {
  const { attachments, subject } = await PostalMime.parse(raw);
  const [part, file] = attachments;
  const source = new TextDecoder().decode(part!.content as ArrayBuffer);
  const { component, events, others } = readCalendar(source);
  const vevent = component.getFirstSubcomponent('vevent')!;
  return {
    subject,
    source,
    sameFile: new TextDecoder().decode(file!.content as ArrayBuffer) === source,
    methodOutside: part!.method,
    methodInside: component.getFirstPropertyValue('method'),
    event: events[0]!,
    byNodeIcal: others[0]!,
    vevents: events.length,
    stamp: vevent.getFirstPropertyValue('dtstamp') as ICAL.Time,
    organizer: vevent.getFirstPropertyValue('organizer'),
    attendees: vevent.getAllProperties('attendee').map((one) => String(one.getFirstValue()).toLowerCase()),
  };
};
