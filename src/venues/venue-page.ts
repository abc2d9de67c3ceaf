import type { FieldErrors } from '../http/forms.ts';
import { formatWhen } from '../time.ts';
import { timeForField, timeInWords, WEEKDAYS } from './hours.ts';
import type { comingUpAt, ownNeighbourhoods, Venue } from './venues.ts';

type Values = Record<string, string | undefined>;

const pounds = (amount: number) => `£${amount.toLocaleString('en-GB')}`;
const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** Each day's opening hours in words; nothing where none are known. */
const hoursInWords = (hours: Venue['hours']) =>
  hours.length === 0
    ? []
    : WEEKDAYS.map(({ weekday, name }) => {
        const day = hours.find((one) => one.weekday === weekday);
        return {
          name,
          words: day ? `${timeInWords(day.opens)} to ${timeInWords(day.closes)}` : 'Closed',
        };
      });

const termsInWords = (venue: Venue) => [
  {
    name: 'To set up and to take down',
    words: `${counted(venue.setUpMinutes, 'minute', 'minutes')} before, ${counted(venue.takeDownMinutes, 'minute', 'minutes')} after`,
  },
  {
    name: 'Most people on the stand',
    words: venue.mostPeople ? String(venue.mostPeople) : 'No limit given',
  },
  {
    name: 'Ask for permission',
    words: venue.permissionDays
      ? `At least ${counted(venue.permissionDays, 'day', 'days')} before`
      : 'No time given',
  },
  {
    name: 'Insurance',
    words: venue.insuranceMinimum ? `At least ${pounds(venue.insuranceMinimum)}` : 'No minimum given',
  },
];

interface Shown {
  venue: Venue;
  comingUp: Awaited<ReturnType<typeof comingUpAt>>;
  timeZone: string;
  now: Temporal.Instant;
  /** The form that was sent last: a new pitch, or another name for one. */
  typed?: { values: Values; errors: FieldErrors };
}

/** What a venue's own page shows to coordinators. */
export const venuePage = ({ venue, comingUp, timeZone, now, typed }: Shown) => ({
  venue: { ...venue, hours: hoursInWords(venue.hours), terms: termsInWords(venue) },
  hasContact: Boolean(venue.contactName || venue.contactEmail || venue.contactPhone),
  dial: venue.contactPhone.replaceAll(/[^\d+]/g, ''),
  comingUp: comingUp.events.map((event) => ({
    ...event,
    state: event.state.slice(0, 1).toUpperCase() + event.state.slice(1),
    when: formatWhen(event.startsAt, event.endsAt, timeZone, now),
  })),
  more: comingUp.more,
  errors: typed?.errors,
  values: typed?.values,
});

/** A venue as its form holds it. */
export const venueValues = (venue: Venue): Values => ({
  name: venue.name,
  neighbourhood: venue.neighbourhoodSlug,
  address: venue.address,
  directions: venue.directions,
  ...Object.fromEntries(
    venue.hours.flatMap(({ weekday, opens, closes }) => [
      [`opens${weekday}`, timeForField(opens)],
      [`closes${weekday}`, timeForField(closes)],
    ]),
  ),
  setUp: String(venue.setUpMinutes),
  takeDown: String(venue.takeDownMinutes),
  mostPeople: venue.mostPeople === null ? '' : String(venue.mostPeople),
  permissionDays: String(venue.permissionDays),
  insurance: venue.insuranceMinimum.toLocaleString('en-GB'),
  rules: venue.rules,
  contactName: venue.contactName,
  contactEmail: venue.contactEmail,
  contactPhone: venue.contactPhone,
  latitude: venue.latitude === null ? '' : String(venue.latitude),
  longitude: venue.longitude === null ? '' : String(venue.longitude),
});

interface Form {
  neighbourhoods: Awaited<ReturnType<typeof ownNeighbourhoods>>;
  values: Values;
  errors?: FieldErrors | undefined;
}

/** What the form of a new or a changed venue shows. A time that could not be read stays as it was typed. */
export const venueForm = ({ neighbourhoods, values, errors = {} }: Form) => {
  const severalAreas = new Set(neighbourhoods.map(({ areaId }) => areaId)).size > 1;
  const timeType = (field: string) => (errors[field] ? 'text' : 'time');
  return {
    values,
    errors: Object.keys(errors).length > 0 ? errors : undefined,
    neighbourhoodItems: [
      { value: '', text: 'Choose' },
      ...neighbourhoods.map(({ slug, name, area }) => ({
        value: slug,
        text: severalAreas ? `${name} (${area})` : name,
      })),
    ],
    noNeighbourhoods: neighbourhoods.length === 0,
    days: WEEKDAYS.map(({ weekday, name }) => ({
      name,
      opens: { id: `opens${weekday}`, type: timeType(`opens${weekday}`), value: values[`opens${weekday}`] },
      closes: {
        id: `closes${weekday}`,
        type: timeType(`closes${weekday}`),
        value: values[`closes${weekday}`],
      },
      error: errors[`opens${weekday}`] ?? errors[`closes${weekday}`],
    })),
  };
};
