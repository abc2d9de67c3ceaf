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
const unescape = (value: string) =>
  value.replace(/\\([nN\\;,])/g, (_, sign) => (sign === 'n' || sign === 'N' ? '\n' : sign));

/** Reads an invite as we write them: one event with UTC instants (RFC 5545, section 3.1 for the unfolding). */
export const readInvite = (text: string): ReadInvite => {
  const lines = unfold(text).split(/\r?\n/);
  const valueOf = (name: string) => {
    const line = lines.find((one) => one.startsWith(`${name}:`) || one.startsWith(`${name};`)) ?? '';
    return unescape(/^(?:[^":]|"[^"]*")*:(.*)$/s.exec(line)?.[1] ?? '');
  };
  return {
    method: valueOf('METHOD'),
    uid: valueOf('UID'),
    sequence: valueOf('SEQUENCE'),
    title: valueOf('SUMMARY'),
    place: valueOf('LOCATION'),
    description: valueOf('DESCRIPTION'),
    attendee: valueOf('ATTENDEE').replace(/^mailto:/i, ''),
    startsAt: Temporal.Instant.from(valueOf('DTSTART')),
    endsAt: Temporal.Instant.from(valueOf('DTEND')),
  };
};
