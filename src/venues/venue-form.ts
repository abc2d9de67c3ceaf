import { Type } from 'typebox';
import { readEmailAddress } from '../email-address.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import { readTime, WEEKDAYS } from './hours.ts';
import type { VenueTerms } from './save-venue.ts';

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const hoursFields = Object.fromEntries(
  WEEKDAYS.flatMap(({ weekday }) => [
    [`opens${weekday}`, text(20)],
    [`closes${weekday}`, text(20)],
  ]),
);

export const PITCH_LENGTH = 100;
const PITCHES_AT_ONCE = 40;

/** All texts: what numbers, times and places they hold is read afterwards, so that each mistake has its own sentence. */
export const VenueForm = Type.Object({
  name: Type.String({ maxLength: 150 }),
  neighbourhood: Type.String({ maxLength: 80 }),
  address: Type.String({ maxLength: 300 }),
  directions: Type.String({ maxLength: 1_000 }),
  pitches: text(5_000),
  ...hoursFields,
  setUp: text(20),
  takeDown: text(20),
  mostPeople: text(20),
  permissionDays: text(20),
  insurance: text(30),
  rules: text(5_000),
  contactName: text(150),
  contactEmail: text(254),
  contactPhone: text(60),
  latitude: text(30),
  longitude: text(30),
});

const CHOOSE = 'Choose a neighbourhood from the list';
const most = (letters: number) => `Use ${letters.toLocaleString('en-GB')} letters or fewer`;

/** In the order of the page. */
export const VENUE_WORDS: FieldWords = {
  name: { maxLength: most(150), otherwise: 'Enter the name of the venue' },
  neighbourhood: CHOOSE,
  address: { maxLength: most(300), otherwise: 'Enter the address' },
  directions: { maxLength: most(1_000), otherwise: 'Say how to find it, for someone who has never been' },
  pitches: { maxLength: most(5_000), otherwise: 'Enter the spots, one a line' },
  ...Object.fromEntries(
    WEEKDAYS.flatMap(({ weekday, name }) => [
      [`opens${weekday}`, `Enter when it opens on ${name}, like 9am or 09:00`],
      [`closes${weekday}`, `Enter when it closes on ${name}, like 5:30pm or 17:30`],
    ]),
  ),
  setUp: 'Enter the minutes to set up, from 0 to 1440',
  takeDown: 'Enter the minutes to take down, from 0 to 1440',
  mostPeople: 'Enter a number from 1 to 10,000, or leave this empty',
  permissionDays: 'Enter the days, from 0 to 730',
  insurance: 'Enter pounds, like 5,000,000, or 0',
  rules: { maxLength: most(5_000), otherwise: 'Enter the rules, or leave this empty' },
  contactName: { maxLength: most(150), otherwise: 'Enter a name, or leave this empty' },
  contactEmail: 'Enter an email address in the right form, like name@example.org, or leave this empty',
  contactPhone: 'Enter a phone number, or leave this empty',
  latitude: 'Enter the latitude, from -90 to 90, like 52.0443',
  longitude: 'Enter the longitude, from -180 to 180, like -0.7566',
};

type Typed = Record<string, string | undefined>;

/** A whole number between two; undefined where it is none. Commas, spaces and a pound sign may stand in it. */
const readWhole = (typed: string | undefined, otherwise: number | null, from: number, to: number) => {
  if (typed === undefined) return otherwise;
  const plain = typed.replaceAll(/[\s,£]/g, '');
  const value = /^\d{1,12}$/.test(plain) ? Number(plain) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
};

const readDegrees = (typed: string | undefined, most: number) => {
  const plain = typed?.replace(/^−/, '-').replace(/°$/, '');
  const value = plain && /^[-+]?\d{1,3}(\.\d{1,20})?$/.test(plain) ? Number(plain) : undefined;
  return value !== undefined && Math.abs(value) <= most ? value : undefined;
};

/** Opening hours of the week; a day with both fields empty is a day on which it is closed. */
const readHours = (typed: Typed, errors: FieldErrors, words: (field: string) => string) =>
  WEEKDAYS.flatMap(({ weekday, name }) => {
    const [from, to] = [`opens${weekday}`, `closes${weekday}`];
    if (!typed[from] && !typed[to]) return [];
    const opens = readTime(typed[from] ?? '');
    const typedEnd = readTime(typed[to] ?? '');
    const closes = typedEnd === '00:00' ? '24:00' : typedEnd;
    if (!opens) errors[from] = words(from);
    if (!closes) errors[to] = words(to);
    if (!opens || !closes) return [];
    if (closes <= opens) errors[to] = `On ${name}, it has to close after it opens`;
    return [{ weekday, opens, closes }];
  });

/** The names of pitches, one a line; the same one twice is one. */
export const readPitchNames = (typed: string | undefined): { names: string[] } | { error: string } => {
  const lines = (typed ?? '').split('\n').map((line) => line.trim());
  const inCapitals = lines.map((line) => line.toUpperCase());
  const names = lines.filter((line, at) => line && inCapitals.indexOf(line.toUpperCase()) === at);
  if (names.length === 0) return { error: 'Enter at least one spot, like ‘near the front doors’' };
  if (names.length > PITCHES_AT_ONCE) return { error: `Enter ${PITCHES_AT_ONCE} spots or fewer at once` };
  const long = names.find((name) => name.length > PITCH_LENGTH);
  return long ? { error: `Use ${PITCH_LENGTH} letters or fewer for each spot` } : { names };
};

/**
 * Reads what was typed of a venue.
 * @returns the venue, or a sentence for each field that needs mending, in the order of the page
 */
export const readVenue = (
  typed: Typed,
  found: FieldErrors,
): { terms: VenueTerms; errors?: undefined } | { errors: FieldErrors } => {
  const errors: FieldErrors = { ...found };
  const words = (field: string) => {
    const choice = VENUE_WORDS[field]!;
    return typeof choice === 'string' ? choice : choice.otherwise!;
  };
  const need = <T>(field: string, value: T | undefined): T | undefined => {
    if (value === undefined) errors[field] ??= words(field);
    return value;
  };
  const hours = readHours(typed, errors, words);
  const setUpMinutes = need('setUp', readWhole(typed.setUp, 30, 0, 1440));
  const takeDownMinutes = need('takeDown', readWhole(typed.takeDown, 30, 0, 1440));
  const mostPeople = need('mostPeople', readWhole(typed.mostPeople, null, 1, 10_000));
  const permissionDays = need('permissionDays', readWhole(typed.permissionDays, 0, 0, 730));
  const insuranceMinimum = need('insurance', readWhole(typed.insurance, 0, 0, 2_000_000_000));
  const email = typed.contactEmail ? readEmailAddress(typed.contactEmail)?.address : '';
  const contactEmail = need('contactEmail', email);
  const phone = typed.contactPhone ?? '';
  if (phone && (phone.match(/\d/g)?.length ?? 0) < 3) errors.contactPhone ??= words('contactPhone');
  const somewhere = typed.latitude !== undefined || typed.longitude !== undefined;
  const latitude = somewhere ? need('latitude', readDegrees(typed.latitude, 90)) : null;
  const longitude = somewhere ? need('longitude', readDegrees(typed.longitude, 180)) : null;

  const inOrder = Object.keys(VENUE_WORDS).filter((field) => errors[field]);
  if (inOrder.length > 0)
    return { errors: Object.fromEntries(inOrder.map((field) => [field, errors[field]!])) };
  return {
    terms: {
      name: typed.name!,
      neighbourhood: typed.neighbourhood!,
      address: typed.address!,
      directions: typed.directions!,
      hours,
      setUpMinutes: setUpMinutes!,
      takeDownMinutes: takeDownMinutes!,
      mostPeople: mostPeople ?? null,
      permissionDays: permissionDays!,
      insuranceMinimum: insuranceMinimum!,
      rules: typed.rules ?? '',
      contactName: typed.contactName ?? '',
      contactEmail: contactEmail!,
      contactPhone: phone,
      latitude: latitude ?? null,
      longitude: longitude ?? null,
    },
  };
};
