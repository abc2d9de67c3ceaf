import ICAL from 'ical.js';
import nodeIcal, { type VEvent } from 'node-ical';

/** What a reader understands of an event in a calendar; instants in ISO 8601. */
export interface ReadEvent {
  uid: string;
  title: string;
  location: string;
  description: string;
  start: string;
  end: string;
  status: string;
  sequence: number;
}

/** A calendar as two independent readers understand it, each in the order of the file. */
export const readCalendar = (ics: string) => {
  const component = new ICAL.Component(ICAL.parse(ics));
  const events = component.getAllSubcomponents('vevent').map((one): ReadEvent => {
    const { uid, summary, location, description, startDate, endDate, sequence } = new ICAL.Event(one);
    return {
      uid,
      title: summary,
      location,
      description,
      start: startDate.toJSDate().toISOString(),
      end: endDate.toJSDate().toISOString(),
      status: String(one.getFirstPropertyValue('status')),
      sequence,
    };
  });
  const others = (Object.values(nodeIcal.sync.parseICS(ics)) as VEvent[])
    .filter((one) => one?.type === 'VEVENT')
    .map(
      ({ uid, summary, location, description, start, end, status, sequence }): ReadEvent => ({
        uid,
        title: String(summary),
        location: String(location),
        description: String(description),
        start: start.toISOString(),
        end: end!.toISOString(),
        status: String(status),
        sequence: Number(sequence),
      }),
    );
  return { component, events, others };
};
