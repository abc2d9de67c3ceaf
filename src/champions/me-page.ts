import type { listComing } from '../events/coming.ts';
import { UPDATES_WORDING } from '../programme/notice.ts';
import type { ChampionState } from '../schema.ts';
import { formatDay } from '../time.ts';
import type { OwnSession } from '../training/own-sessions.ts';
import { type openInductions, sessionChoices } from '../training/sessions.ts';
import type { findCalendarLink } from './calendar-link.ts';
import type { findChampion } from './champions.ts';
import { nationalPhone } from './sign-up-form.ts';

interface Me {
  champion: NonNullable<Awaited<ReturnType<typeof findChampion>>>;
  booked: OwnSession[];
  open: Awaited<ReturnType<typeof openInductions>>;
  /** The events that they said they come to. */
  coming: Awaited<ReturnType<typeof listComing>>;
  link: Awaited<ReturnType<typeof findCalendarLink>>;
  notice: string | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

type Standing = 'choose' | 'booked' | 'nothing to choose' | 'guardian' | 'paused' | 'done';

const standingOf = (state: ChampionState, booked: number, open: number): Standing => {
  if (state === 'awaiting guardian') return 'guardian';
  if (state === 'paused' || state === 'suspended' || state === 'declined') return 'paused';
  if (state === 'active' || state === 'lapsed') return 'done';
  if (booked > 0) return 'booked';
  return open > 0 ? 'choose' : 'nothing to choose';
};

const STATUS: Record<Standing, string> = {
  choose: 'You are signed up. Next, choose your first session.',
  booked: 'You are signed up, and your first session is booked. Next, come along on the day.',
  'nothing to choose': 'You are signed up. New first sessions will be here soon.',
  guardian: 'You are signed up. A parent or guardian has to agree before you can start.',
  paused: 'You are taking a break from the programme.',
  done: 'You are a champion.',
};

/** What a champion's own page shows: where they stand in one sentence, one thing to do next, then the rest. */
export const mePage = ({ champion, booked, open, coming, link, notice, timeZone, now }: Me) => {
  const standing = standingOf(champion.state, booked.filter((one) => one.booked).length, open.length);
  return {
    champion: { ...champion, phone: nationalPhone(champion.phone) },
    booked,
    coming,
    flash: notice && { type: 'success', text: notice },
    status: STATUS[standing],
    canChoose: standing === 'choose',
    awaitingGuardian: standing === 'guardian',
    sessionItems: sessionChoices(open),
    calendarLink: link && { id: link.id, since: formatDay(link.madeAt, timeZone, now) },
    newsWording: UPDATES_WORDING.text,
    newsSince: champion.newsSince && formatDay(champion.newsSince, timeZone, now),
  };
};
