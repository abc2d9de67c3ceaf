import type { Register } from './register.ts';
import { sessionPage } from './session-words.ts';

const TAGS = {
  booked: undefined,
  attended: { text: 'There', classes: 'govuk-tag--green' },
  passed: { text: 'Passed', classes: 'govuk-tag--green' },
  absent: { text: 'Not there', classes: 'govuk-tag--grey' },
  waiting: { text: 'Waiting' },
  offered: { text: 'Was offered a place' },
  withdrawn: undefined,
};

type Person = Register['people'][number];

const standingOf = ({ state, hasPassed }: Person) => (state === 'passed' && !hasPassed ? 'attended' : state);

const personRow = (person: Person) => {
  const standing = standingOf(person);
  return {
    id: person.id,
    name: person.name,
    number: person.number,
    tag: TAGS[standing],
    toMark: standing === 'booked',
    there: standing === 'attended',
    absent: standing === 'absent',
    passed: standing === 'passed',
    undo: person.state === 'attended' || person.state === 'absent',
  };
};

const isWaiting = ({ state }: Person) => state === 'waiting' || state === 'offered';

/** The register of a session, as it is filled in. */
export const registerPage = ({ session, people }: Register, timeZone: string, now: Temporal.Instant) => {
  const listed = people.filter((person) => !isWaiting(person));
  const count = (...states: string[]) =>
    listed.filter((person) => states.includes(standingOf(person))).length;
  const shown = sessionPage(session, timeZone, now);
  return {
    session: shown,
    open: shown.registerOpen && !shown.cancelled,
    people: listed.map(personRow),
    waiting: people.filter(isWaiting).map(personRow),
    there: count('attended', 'passed'),
    absent: count('absent'),
    left: count('booked'),
    toPass: count('attended'),
    full: session.booked >= session.capacity,
    capacity: session.capacity,
  };
};
