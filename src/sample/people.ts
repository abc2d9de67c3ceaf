import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import type { ChampionState } from '../schema.ts';
import { reminderOn } from '../training/renewals.ts';
import type { NEIGHBOURHOODS } from './places.ts';

/** How many days ago someone passed each module, in the order of the programme; undefined where they have not. */
type Ago = (number | undefined)[];

interface SamplePerson {
  name: string;
  neighbourhood: keyof typeof NEIGHBOURHOODS;
  state?: ChampionState;
  ago: Ago;
}

/** Ready, about to renew, overdue, new, paused: so that there is something to see in each part of the matrix. */
const PEOPLE: SamplePerson[] = [
  { name: 'Adaeze Nwosu', neighbourhood: 'bletchley', ago: [320, 310, 305, 290, 280, 200] },
  { name: 'Bogdan Ionescu', neighbourhood: 'wolverton', ago: [700, 695, 690, 650, undefined, 120] },
  { name: 'Chloe Davies', neighbourhood: 'olney', ago: [410, 400, 395, 380, undefined, 330] },
  { name: 'Dalia Haddad', neighbourhood: 'fishermead', ago: [150, 140, 139, 120, 100, 138] },
  { name: 'Edward Osei-Bonsu', neighbourhood: 'netherfield', ago: [800, 790, 60, 720, undefined, 95] },
  { name: 'Fatima Begum', neighbourhood: 'fishermead', ago: [30, 21, undefined, undefined, undefined, 20] },
  { name: 'Gurpreet Sandhu', neighbourhood: 'broughton', ago: [1_100, 400, 398, 1_080, 600, 50] },
  { name: 'Hannah Goldberg', neighbourhood: 'stony-stratford', ago: [14] },
  {
    name: 'Ioan Prydderch-Llewellyn',
    neighbourhood: 'newport-pagnell',
    ago: [260, 255, 250, 200, undefined, 400],
  },
  { name: 'Jin Park', neighbourhood: 'central-milton-keynes', ago: [90, 80, 78, 40, 35, 77] },
  { name: 'Kwame Asante', neighbourhood: 'great-linford', ago: [] },
  {
    name: 'Leila Rahimi',
    neighbourhood: 'westcroft',
    state: 'paused',
    ago: [500, 480, 470, 450, undefined, 300],
  },
  { name: 'Mateusz Nowak', neighbourhood: 'bletchley', ago: [640, 635, 630, 600, 500, 345] },
  { name: 'Niamh O’Sullivan', neighbourhood: 'woburn-sands', ago: [220, 210, 205, 190, undefined, 180] },
  { name: 'Oluwaseun Adeyemi', neighbourhood: 'walnut-tree', ago: [45, 40, 40, undefined, undefined, 40] },
  { name: 'Precious Moyo', neighbourhood: 'bradwell', ago: [720, 715, 712, 700, undefined, 170] },
  { name: 'Ravi Thangavel', neighbourhood: 'wolverton', ago: [390, 380, 378, 1_085, 300, 30] },
  { name: 'Siân Whitfield', neighbourhood: 'stony-stratford', state: 'signed up', ago: [] },
];

const DAY = 24;

/** Makes champions in every state of training. Who is to be reminded these days has been already: nothing goes out. */
export const makeSamplePeople = async (
  trx: Trx,
  neighbourhoodId: (slug: string) => string,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
) => {
  const modules = await trx
    .selectFrom('modules')
    .select(['id', 'validity_months as validityMonths', 'ways'])
    .orderBy('position')
    .execute();
  const people = PEOPLE.map((person) => ({ ...person, id: randomUUIDv7() }));
  const champions = people.map(({ id, name, neighbourhood, state = 'confirmed', ago }) => {
    const plain = name.normalize('NFD').replaceAll(/[^a-z -]/gi, '');
    const email = readEmailAddress(`${plain.toLowerCase().replaceAll(' ', '.')}@westand.example`)!;
    const since = now.subtract({ hours: DAY * (Math.max(0, ...ago.map((days) => days ?? 0)) + 10) });
    return {
      id,
      full_name: name,
      email: email.address,
      email_key: email.key,
      phone: null,
      age_band: '18+' as const,
      neighbourhood_id: neighbourhoodId(neighbourhood),
      state,
      confirmed_at: state === 'signed up' ? null : since,
      left_at: null,
      created_at: since,
    };
  });
  await trx.insertInto('champions').values(champions).execute();
  const passes = people.flatMap(({ id, ago }) =>
    modules.flatMap((module, at) => {
      const days = ago[at];
      return days === undefined ? [] : [{ championId: id, module, passedOn: today.subtract({ days }) }];
    }),
  );
  await trx
    .insertInto('training_records')
    .values(
      passes.map(({ championId, module, passedOn }) => ({
        id: randomUUIDv7(),
        champion_id: championId,
        module_id: module.id,
        module_version: 1,
        passed_on: passedOn.toString(),
        source: module.ways.includes('e-learning') ? ('e-learning' as const) : ('coordinator' as const),
        score: module.ways.includes('e-learning') ? 90 : null,
        recorded_at: now,
      })),
    )
    .execute();
  const reminded = passes.flatMap(({ championId, module, passedOn }) => {
    const lastDay = module.validityMonths && passedOn.add({ months: module.validityMonths });
    const daysBefore = lastDay ? reminderOn(today, lastDay) : undefined;
    return lastDay && daysBefore !== undefined
      ? [
          {
            champion_id: championId,
            module_id: module.id,
            last_day: lastDay.toString(),
            days_before: daysBefore,
            sent_at: now,
          },
        ]
      : [];
  });
  await trx.insertInto('renewal_reminders').values(reminded).execute();
};
