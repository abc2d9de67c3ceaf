import { createHash } from 'node:crypto';
import type { PlanChoices } from './choices.ts';
import type { Clash } from './clashes.ts';
import type { EventPlan } from './plan.ts';
import { KINDS } from './words.ts';

/** An event as the form shows it. */
export const valuesOf = (plan: EventPlan, timeZone: string): Record<string, string> => {
  const start = plan.startsAt.toZonedDateTimeISO(timeZone);
  const end = plan.endsAt.toZonedDateTimeISO(timeZone);
  const minutes = { smallestUnit: 'minute' } as const;
  const endDate = end.toPlainDate();
  return {
    kind: plan.kind,
    title: plan.title,
    summary: plan.summary,
    whatToExpect: plan.whatToExpect,
    runBy: plan.runBy,
    date: start.toPlainDate().toString(),
    from: start.toPlainTime().toString(minutes),
    to: end.toPlainTime().toString(minutes),
    endDate: endDate.equals(start.toPlainDate()) ? '' : endDate.toString(),
    pitch: plan.pitchId ?? '',
    onlineUrl: plan.onlineUrl ?? '',
    area: plan.areaId,
    campaign: plan.campaignId ?? '',
    capacity: plan.capacity === null ? '' : String(plan.capacity),
    lead: plan.leadId ?? 'none',
    leadName: '',
  };
};

interface Shown {
  choices: PlanChoices;
  values: Record<string, string>;
  kit: readonly string[];
  /** Who leads it, or is to be chosen from. */
  leads: readonly { id: string; name: string; neighbourhood?: string }[];
}

const venuesOf = ({ pitches }: PlanChoices, chosen: string | undefined) =>
  [...Map.groupBy(pitches, ({ venueId }) => venueId).values()].map((theirs) => ({
    venue: `${theirs[0]!.venue}, ${theirs[0]!.neighbourhood}`,
    pitches: theirs.map(({ id, name, venue }) => ({
      value: id,
      text: `${venue}, ${name}`,
      selected: id === chosen,
    })),
  }));

/** What the form for an event offers. */
export const planFields = ({ choices, values, kit, leads }: Shown) => ({
  values,
  kinds: Object.entries(KINDS).map(([value, text]) => ({ value, text, checked: values.kind === value })),
  venues: venuesOf(choices, values.pitch),
  severalAreas: choices.areas.length > 1,
  areas: [
    { value: '', text: 'Choose an area' },
    ...choices.areas.map(({ id, name }) => ({ value: id, text: name, selected: id === values.area })),
  ],
  campaigns: [
    { value: '', text: 'None' },
    ...choices.campaigns.map(({ id, name }) => ({ value: id, text: name, selected: id === values.campaign })),
  ],
  kitItems: choices.kit.map(({ id, name, area }) => ({
    value: id,
    text: choices.areas.length > 1 ? `${name} (${area})` : name,
    checked: kit.includes(id),
  })),
  leads: leads.map(({ id, name, neighbourhood }) => ({
    value: id,
    text: neighbourhood ? `${name}, ${neighbourhood}` : name,
    checked: values.lead === id,
  })),
  nobody: !values.lead || values.lead === 'none',
  searching: values.lead === 'search',
});

const FIELDS: Record<string, string> = {
  kind: 'Kind',
  title: 'Title',
  summary: 'What it is',
  whatToExpect: 'What happens there',
  runBy: 'Who runs it',
  date: 'Day',
  from: 'Starts',
  to: 'Ends',
  endDate: 'Last day',
  pitch: 'Place',
  onlineUrl: 'Web address',
  area: 'Area',
  campaign: 'Campaign',
  capacity: 'How many can come',
  lead: 'Lead',
  kit: 'Kit',
};

export interface Side {
  values: Record<string, string>;
  kit: readonly string[];
}

const namedIn = (list: readonly { id: string; name: string }[], id: string | undefined) =>
  list.find((one) => one.id === id)?.name;

const inWords = (
  field: string,
  { values, kit }: Side,
  { choices, leads }: Pick<Shown, 'choices' | 'leads'>,
) => {
  const value = values[field];
  const pitch = choices.pitches.find(({ id }) => id === value);
  const said: Record<string, string | undefined> = {
    kind: KINDS[value as keyof typeof KINDS],
    pitch: pitch && `${pitch.venue}, ${pitch.name}`,
    area: namedIn(choices.areas, value),
    campaign: namedIn(choices.campaigns, value),
    lead: value === 'search' ? values.leadName : namedIn(leads, value),
    kit: choices.kit
      .filter(({ id }) => kit.includes(id))
      .map(({ name }) => name)
      .join(', '),
  };
  return (field in said ? said[field] : value) || 'Nothing';
};

/** A field as it is compared: in whatever order kit was chosen. */
const compared = (field: string, { values, kit }: Side) =>
  field === 'kit' ? [...kit].sort().join() : (values[field] ?? '');

const mark = (field: string, side: Side) =>
  createHash('sha256').update(compared(field, side)).digest('base64url').slice(0, 8);

/** Short marks of every field, for a form to carry: they tell later which of them a coordinator has changed. */
export const marksOf = (side: Side) =>
  Object.keys(FIELDS)
    .map((field) => mark(field, side))
    .join('.');

/** Whether a field differs from what the form began with; of a form without marks, any may. */
const isChanged = (field: string, side: Side, begun: string) => {
  const marks = begun.split('.');
  const at = Object.keys(FIELDS).indexOf(field);
  return marks.length !== Object.keys(FIELDS).length || marks[at] !== mark(field, side);
};

/** The area of an event at a venue is the venue's: nothing to choose. */
const counts = (field: string, sides: Side[]) =>
  field !== 'area' || sides.some(({ values }) => values.kind === 'online');

/**
 * The fields in which what was typed differs from what someone else has saved meanwhile, side by side; to keep is what
 * was typed where the coordinator changed it, else the other's.
 */
export const differences = (
  mine: Side,
  theirs: Side,
  begun: string,
  shown: Pick<Shown, 'choices' | 'leads'>,
) =>
  Object.entries(FIELDS)
    .filter(([field]) => counts(field, [mine, theirs]) && compared(field, mine) !== compared(field, theirs))
    .map(([field, name]) => ({
      field,
      name,
      mine: inWords(field, mine, shown),
      theirs: inWords(field, theirs, shown),
      keep: isChanged(field, mine, begun) ? 'mine' : 'theirs',
    }));

/** Everything else that stays as it is on both sides, to be sent along. */
export const hiddenFields = ({ values, kit }: Side) => [
  ...Object.entries(values)
    .filter(([name, value]) => value !== '' && name in { ...FIELDS, leadName: '' })
    .map(([name, value]) => ({ name, value })),
  ...kit.map((value) => ({ name: 'kit', value })),
];

/** What was typed, with the other's version of each field for which that was chosen. */
export const merged = (mine: Side, theirs: Side, isTaken: (field: string) => boolean): Side => ({
  values: Object.fromEntries(
    [...new Set([...Object.keys(theirs.values), ...Object.keys(mine.values)])].map((field) => [
      field,
      (isTaken(field) ? theirs : mine).values[field] ?? '',
    ]),
  ),
  kit: isTaken('kit') ? theirs.kit : mine.kit,
});

/** What does not fit, by the field where it arises. */
export const clashesByField = (clashes: readonly Clash[]) =>
  Object.fromEntries(Map.groupBy(clashes, ({ field }) => field));
