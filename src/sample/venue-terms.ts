import type { VenueKey } from './places.ts';

/** Where each sample venue is, near enough to tell how far it is from the next. */
const AT: Record<VenueKey, [latitude: number, longitude: number]> = {
  centre: [52.0429, -0.754],
  centralLibrary: [52.0437, -0.756],
  station: [52.0343, -0.7736],
  market: [52.0425, -0.7567],
  bletchley: [51.9945, -0.7336],
  wolverton: [52.062, -0.81],
  stony: [52.056, -0.853],
  newport: [52.087, -0.722],
  olney: [52.154, -0.702],
  woburn: [52.017, -0.651],
  fishermead: [52.037, -0.743],
  netherfield: [52.023, -0.73],
  westcroft: [52.008, -0.799],
  bradwell: [52.05, -0.79],
  linford: [52.068, -0.76],
  walnutTree: [52.026, -0.694],
  broughton: [52.047, -0.701],
};

/** What the shopping centre asks for; the contact is made up. */
const CENTRE = {
  most_people: 6,
  permission_days: 28,
  insurance_minimum: 5_000_000,
  set_up_minutes: 60,
  take_down_minutes: 45,
  rules: 'Unload at the service road before 9am. No loud music. Keep two metres free all round the stand.',
  contact_name: 'Events desk',
  contact_email: 'events@centre.example',
  contact_phone: '+441632960123',
};

const LONG_HOURS: VenueKey[] = ['centre', 'station', 'market', 'westcroft'];
const hoursOf = (venue: VenueKey) => (LONG_HOURS.includes(venue) ? ['08:00', '21:00'] : ['08:30', '22:00']);

/** The terms of a sample venue, as columns of its row. */
export const termsOf = (venue: VenueKey) => {
  const [latitude, longitude] = AT[venue];
  return { latitude, longitude, ...(venue === 'centre' ? CENTRE : { permission_days: 7 }) };
};

/** Its opening hours, a row for each day of the week. */
export const weekOf = (venue: VenueKey) => {
  const [opens, closes] = hoursOf(venue) as [string, string];
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens, closes }));
};

/** What stalls take along. */
export const KIT = ['Gazebo', 'Folding table', 'Banner', 'Box of leaflets', 'Tablet'];
