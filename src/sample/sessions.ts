import type { ModuleWay, Role } from '../schema.ts';
import { at } from './dates.ts';
import type { VenueKey } from './places.ts';

const EVERYONE: Role[] = ['champion'];
const ONLINE: ModuleWay[] = ['e-learning'];

/** Modules in the order in which champions take them. */
export const MODULES = [
  {
    slug: 'induction',
    name: 'Induction',
    summary: 'Meet us, and hear what champions do.',
    induction: true,
    ways: ['in person', 'online'] satisfies ModuleWay[],
    mandatory_for: EVERYONE,
    validity_months: null,
  },
  {
    slug: 'recognising-hate-crime',
    name: 'Recognising hate crime',
    summary: 'What it is, whom it hurts, and how it differs from other crime.',
    ways: ONLINE,
    mandatory_for: EVERYONE,
    validity_months: 24,
  },
  {
    slug: 'third-party-reporting',
    name: 'Third-party reporting',
    summary: 'How to tell people where they can report, without taking a report yourself.',
    ways: ONLINE,
    mandatory_for: EVERYONE,
    validity_months: 24,
  },
  {
    slug: 'safeguarding',
    name: 'Safeguarding and disclosures',
    summary: 'What to do when someone tells you something that worries you.',
    ways: ['in person', 'e-learning'] satisfies ModuleWay[],
    mandatory_for: EVERYONE,
    validity_months: 36,
  },
  {
    slug: 'bystander-intervention',
    name: 'Bystander intervention',
    summary: 'Safe ways to help when you see something happen.',
    ways: ['in person', 'e-learning'] satisfies ModuleWay[],
    mandatory_for: ['greeter', 'lead'] satisfies Role[],
    validity_months: null,
  },
  {
    slug: 'code-of-conduct',
    name: 'Code of conduct',
    summary: 'What we promise each other, and the people we meet.',
    ways: ONLINE,
    mandatory_for: EVERYONE,
    validity_months: 12,
  },
].map((module, index) => ({
  ...module,
  induction: 'induction' in module,
  calendar_title: 'induction' in module ? 'First session' : 'Training session',
  position: index + 1,
}));

export interface SampleSession {
  venue: VenueKey | undefined;
  online_url: string | null;
  starts_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  capacity: number;
}

const sittingsAfter =
  (saturday: Temporal.PlainDate, timeZone: string) =>
  (days: number, from: string, to: string, capacity: number, venue?: VenueKey): SampleSession => {
    const day = saturday.add({ days });
    return {
      venue,
      online_url: venue ? null : 'https://meet.mkchampions.example/induction',
      starts_at: at(day, from, timeZone),
      ends_at: at(day, to, timeZone),
      capacity,
    };
  };

/** Three inductions after the coming Saturday: two in a room, one online; the last has few places. */
export const inductionSessions = (saturday: Temporal.PlainDate, timeZone: string): SampleSession[] => {
  const sitting = sittingsAfter(saturday, timeZone);
  return [
    sitting(4, '18:00', '19:30', 12, 'centralLibrary'),
    sitting(10, '19:00', '20:00', 20),
    sitting(14, '10:30', '12:00', 3, 'broughton'),
  ];
};

/** What can be booked beside the inductions; the first is at the same time as one of them. */
export const furtherSessions = (
  saturday: Temporal.PlainDate,
  timeZone: string,
): (SampleSession & { module: string })[] => {
  const sitting = sittingsAfter(saturday, timeZone);
  return [
    { module: 'bystander-intervention', ...sitting(4, '18:30', '20:00', 8, 'broughton') },
    { module: 'safeguarding', ...sitting(11, '18:00', '20:00', 10, 'centralLibrary') },
    { module: 'bystander-intervention', ...sitting(18, '11:00', '12:30', 8, 'centralLibrary') },
    { module: 'safeguarding', ...sitting(25, '10:00', '12:00', 1, 'broughton') },
  ];
};
