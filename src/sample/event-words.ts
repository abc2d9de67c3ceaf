import type { EventKind } from '../schema.ts';
import type { VenueKey } from './places.ts';

/** What a sample event says; `days` counts from the day that its list hangs on. */
export interface EventWords {
  venue: VenueKey;
  /** A spot other than the venue's first. */
  pitch?: string;
  kind: EventKind;
  title: string;
  summary: string;
  run_by: string;
  days: number;
  from: string;
  to: string;
  cancelled_reason?: string;
}

export const STALL = { slug: 'stall-at-centre-mk', code: 'mkstall', from: '11:00', to: '15:00' };

const POLICE = 'Thames Valley Police and local charities';
const COUNCIL = 'Milton Keynes City Council and local champions';
const CHAMPIONS = 'Local champions';

export const STALL_WORDS: EventWords = {
  venue: 'centre',
  kind: 'stall',
  title: 'Stall at Centre:MK',
  summary: 'Meet the people who look out for their neighbours, ask anything, and see how you could help.',
  run_by: POLICE,
  days: 0,
  from: STALL.from,
  to: STALL.to,
};

export const WHAT_TO_EXPECT: Record<EventKind, string> = {
  stall:
    'Friendly people who have time for you. They explain what counts as a hate crime and where to get help, show you the network’s app, and tell you what champions do. You can sign up on your phone, or just take a leaflet. Stay for one minute or for twenty.',
  talk: 'A short talk, then tea and questions. You hear what hate crime is, what happens when someone tells, and how neighbours can help. You can sit by the door and leave when you like. Nobody will ask you to speak.',
  'drop-in':
    'Come at any time and stay as long as you like. Someone will listen, tell you who can help, and go through the network’s app with you. You are taken seriously, and what you say stays with the people you tell.',
  online:
    'A short talk on your own screen, then questions. You need no camera, and you can leave when you like. Nobody sees who else is there.',
};

const listed =
  (kind: EventKind, run_by: string) =>
  (venue: VenueKey, title: string, summary: string, days: number, from: string, to: string): EventWords => ({
    venue,
    kind,
    title,
    summary,
    run_by,
    days,
    from,
    to,
  });

const stall = listed('stall', POLICE);
const talk = listed('talk', COUNCIL);
const dropIn = listed('drop-in', CHAMPIONS);

/** In the weeks after the coming Saturday: mornings. */
export const COMING_WEEKS: readonly EventWords[] = [
  talk(
    'bletchley',
    'Tea and talk at Bletchley library',
    'An hour with a cup of tea: how to spot when a neighbour is having a hard time, and what helps.',
    3,
    '10:00',
    '11:30',
  ),
  stall(
    'wolverton',
    'Stall on the square in Wolverton',
    'Say hello on market day and pick up a card with the numbers that matter.',
    4,
    '09:30',
    '12:30',
  ),
  {
    ...stall(
      'olney',
      'Stall at Olney market',
      'Stop by between the bread and the cheese: we are next to the benches.',
      5,
      '09:00',
      '12:00',
    ),
    cancelled_reason:
      'The market place is closed that morning for work on the water pipes. Come to the drop-in at Newport Pagnell library instead.',
  },
  dropIn(
    'newport',
    'Drop-in at Newport Pagnell library',
    'A quiet hour or two with someone who knows where to turn.',
    6,
    '10:00',
    '12:00',
  ),
  stall(
    'station',
    'Stall on Station Square',
    'On your way to the train? Two minutes are enough.',
    9,
    '07:00',
    '09:30',
  ),
  dropIn(
    'netherfield',
    'Drop-in at Netherfield meeting place',
    'Coffee, company and plain answers. Children are welcome.',
    11,
    '09:30',
    '11:30',
  ),
  talk(
    'stony',
    'Tea and talk at Stony Stratford library',
    'What to say, and what not to say, when somebody is shouted at on the bus.',
    12,
    '10:30',
    '12:00',
  ),
  stall(
    'westcroft',
    'Stall at Westcroft',
    'Outside the supermarket: ask us anything before the shopping.',
    14,
    '10:00',
    '13:00',
  ),
];

/** In the next Awareness Week, counted from its first Saturday: afternoons and evenings. */
export const AWARENESS_WEEK: readonly EventWords[] = [
  {
    ...stall(
      'centre',
      'Opening stall at Centre:MK',
      'The week starts here, with all the partners at one long table.',
      0,
      '11:00',
      '15:00',
    ),
    pitch: 'Middleton Hall',
  },
  talk(
    'woburn',
    'Tea and talk at Woburn Sands',
    'Three neighbours tell what being a champion is like.',
    1,
    '14:30',
    '16:00',
  ),
  dropIn(
    'fishermead',
    'Drop-in at Fishermead',
    'Somebody to talk to in English, Somali, Polish or Urdu.',
    2,
    '14:00',
    '17:00',
  ),
  stall('market', 'Stall at the outdoor market', 'Find us at the end of the first row.', 3, '13:30', '16:30'),
  talk(
    'bradwell',
    'Evening talk at Bradwell',
    'An evening for clubs, shops and congregations: how your group can be part of it.',
    3,
    '18:30',
    '20:00',
  ),
  {
    ...dropIn(
      'centralLibrary',
      'Drop-in at the central library',
      'All the partners in one room, so you only tell things once.',
      4,
      '13:00',
      '18:00',
    ),
    pitch: 'front hall',
  },
  stall(
    'walnutTree',
    'Stall at Walnut Tree',
    'After school, between the shops and the surgery.',
    5,
    '14:30',
    '17:00',
  ),
  talk(
    'linford',
    'Tea and talk at Great Linford',
    'Grandparents, carers and everyone else: what we can do for each other.',
    6,
    '14:00',
    '15:30',
  ),
  {
    ...STALL_WORDS,
    title: 'Closing stall at Centre:MK',
    summary: 'The last day of the week: come and see the wall of promises.',
    days: 7,
  },
];

/** On the day before and the day after each change of the clocks. */
export const AROUND_CLOCK_CHANGES: readonly EventWords[] = [
  dropIn(
    'broughton',
    'Early evening drop-in at Broughton',
    'Come before supper. There is a corner with toys.',
    -1,
    '16:00',
    '18:00',
  ),
  dropIn(
    'broughton',
    'Early evening drop-in at Broughton',
    'Come after work. There is a corner with toys.',
    1,
    '17:30',
    '19:30',
  ),
];
