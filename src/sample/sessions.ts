import { at } from './dates.ts';
import type { VenueKey } from './places.ts';

/** Modules in the order in which champions take them; only a code of conduct and the like are taken again. */
export const MODULES = [
  { slug: 'induction', name: 'Induction', induction: true, validity_months: null },
  { slug: 'recognising-hate-crime', name: 'Recognising hate crime', induction: false, validity_months: 24 },
  { slug: 'third-party-reporting', name: 'Third-party reporting', induction: false, validity_months: 24 },
  { slug: 'safeguarding', name: 'Safeguarding', induction: false, validity_months: 36 },
  { slug: 'bystander-intervention', name: 'Bystander intervention', induction: false, validity_months: null },
  { slug: 'code-of-conduct', name: 'Code of conduct', induction: false, validity_months: 12 },
].map((module, index) => ({
  ...module,
  calendar_title: module.induction ? 'First session' : 'Training session',
  position: index + 1,
}));

export interface SampleSession {
  venue: VenueKey | undefined;
  online_url: string | null;
  starts_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  capacity: number;
}

/** Three inductions after the coming Saturday: two in a room, one online; the last has few places. */
export const inductionSessions = (saturday: Temporal.PlainDate, timeZone: string): SampleSession[] => {
  const sitting = (
    days: number,
    from: string,
    to: string,
    capacity: number,
    venue?: VenueKey,
  ): SampleSession => {
    const day = saturday.add({ days });
    return {
      venue,
      online_url: venue ? null : 'https://meet.mkchampions.example/induction',
      starts_at: at(day, from, timeZone),
      ends_at: at(day, to, timeZone),
      capacity,
    };
  };
  return [
    sitting(4, '18:00', '19:30', 12, 'centralLibrary'),
    sitting(10, '19:00', '20:00', 20),
    sitting(14, '10:30', '12:00', 3, 'broughton'),
  ];
};
