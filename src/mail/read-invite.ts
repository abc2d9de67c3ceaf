/** What a person reads of a calendar attachment. */
export interface ReadInvite {
  method: string;
  uid: string;
  sequence: string;
  title: string;
  place: string;
  description: string;
  attendee: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
}

const unfold = (text: string) => text.replace(/\r?\n[ \t]/g, '');
const plain = (value: string) =>
  value.replace(/\\([nN\\;,])/g, (_, sign) => (sign === 'n' || sign === 'N' ? '\n' : sign));

/** Reads an invite as we write them: one event with UTC instants (RFC 5545, section 3.1 for the unfolding). */
export const readInvite = (text: string): ReadInvite => {
  const lines = unfold(text).split(/\r?\n/);
  const read = (name: string) => {
    const line = lines.find((one) => one.startsWith(`${name}:`) || one.startsWith(`${name};`)) ?? '';
    return plain(/^(?:[^":]|"[^"]*")*:(.*)$/s.exec(line)?.[1] ?? '');
  };
  return {
    method: read('METHOD'),
    uid: read('UID'),
    sequence: read('SEQUENCE'),
    title: read('SUMMARY'),
    place: read('LOCATION'),
    description: read('DESCRIPTION'),
    attendee: read('ATTENDEE').replace(/^mailto:/i, ''),
    startsAt: Temporal.Instant.from(read('DTSTART')),
    endsAt: Temporal.Instant.from(read('DTEND')),
  };
};
