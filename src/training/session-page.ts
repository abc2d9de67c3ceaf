import type { FieldErrors } from '../http/forms.ts';
import type { PlannedSession } from './planned-sessions.ts';
import type { SessionChoices } from './session-form.ts';
import { placeOf } from './session-words.ts';

type Values = Record<string, string | undefined>;

/** A session as the form shows it. */
export const sessionValues = (session: PlannedSession, timeZone: string): Values => {
  const start = session.startsAt.toZonedDateTimeISO(timeZone);
  const end = session.endsAt.toZonedDateTimeISO(timeZone);
  const minutes = { smallestUnit: 'minute' } as const;
  return {
    module: session.moduleId,
    date: start.toPlainDate().toString(),
    from: start.toPlainTime().toString(minutes),
    to: end.toPlainTime().toString(minutes),
    way: session.pitchId ? 'in person' : 'online',
    pitch: session.pitchId ?? '',
    onlineUrl: session.onlineUrl ?? '',
    area: session.areaId,
    trainer: session.trainer,
    capacity: String(session.capacity),
  };
};

const venuesOf = ({ pitches }: SessionChoices, chosen: string | undefined) =>
  [...Map.groupBy(pitches, ({ venueId }) => venueId).values()].map((theirs) => ({
    venue: `${theirs[0]!.venue}, ${theirs[0]!.neighbourhood}`,
    pitches: theirs.map(({ id, name, venue }) => ({
      value: id,
      text: `${venue}, ${name}`,
      selected: id === chosen,
    })),
  }));

/** What the form for a session offers. */
export const sessionFields = (choices: SessionChoices, values: Values, errors?: FieldErrors) => ({
  values,
  errors,
  modules: [
    { value: '', text: 'Choose a module' },
    ...choices.modules.map(({ id, name }) => ({ value: id, text: name, selected: id === values.module })),
  ],
  inPerson: values.way === 'in person',
  online: values.way === 'online',
  venues: venuesOf(choices, values.pitch),
  severalAreas: choices.areas.length > 1,
  areas: [
    { value: '', text: 'Choose an area' },
    ...choices.areas.map(({ id, name }) => ({ value: id, text: name, selected: id === values.area })),
  ],
});

const FIELDS = {
  date: 'Day',
  from: 'Starts',
  to: 'Ends',
  place: 'Place',
  trainer: 'Trainer',
  capacity: 'Places',
};

/** In which fields the session, as someone else has saved it meanwhile, differs from what was typed. */
export const sessionDifferences = (
  session: PlannedSession,
  typed: Values,
  choices: SessionChoices,
  timeZone: string,
) => {
  const theirs = sessionValues(session, timeZone);
  const pitch = choices.pitches.find(({ id }) => id === typed.pitch);
  const placeTyped = typed.way === 'online' ? typed.onlineUrl : pitch && `${pitch.venue}, ${pitch.name}`;
  const mine: Values = { ...typed, place: placeTyped };
  const now: Values = { ...theirs, place: session.onlineUrl ?? placeOf(session) };
  return Object.entries(FIELDS)
    .filter(([field]) => (mine[field] ?? '') !== (now[field] ?? ''))
    .map(([field, name]) => ({ name, mine: mine[field] || 'Nothing', theirs: now[field] || 'Nothing' }));
};
