import type { listComing } from '../events/coming.ts';
import { nationalPhone } from '../phone-number.ts';
import { UPDATES_WORDING } from '../programme/notice.ts';
import type { Programme } from '../public-content.ts';
import { formatDay } from '../time.ts';
import type { OwnSession } from '../training/own-sessions.ts';
import type { ownTraining } from '../training/own-training.ts';
import { championStanding, standingOn } from '../training/standing.ts';
import type { findCalendarLink } from './calendar-link.ts';
import type { findChampion } from './champions.ts';
import { nextStep } from './next-step.ts';
import { ownModules, taskOf } from './own-modules.ts';

interface Me {
  champion: NonNullable<Awaited<ReturnType<typeof findChampion>>>;
  training: Awaited<ReturnType<typeof ownTraining>>;
  /** Their places at sessions: booked, offered, waited for. */
  places: OwnSession[];
  /** The events that they said they come to. */
  coming: Awaited<ReturnType<typeof listComing>>;
  link: Awaited<ReturnType<typeof findCalendarLink>>;
  notice: string | undefined;
  /** The e-learning that there is, by its module's slug. */
  courses: { has(slug: string): boolean };
  programme: Programme;
  now: Temporal.Instant;
}

const dayIn = (instant: Temporal.Instant, timeZone: string) =>
  instant.toZonedDateTimeISO(timeZone).toPlainDate();

/** Where they stand: one sentence, one thing to do next, how far they have come, and each module. */
const trainingOf = ({ champion, training, places, courses, programme, now }: Me) => {
  const { timeZone, contactEmail } = programme;
  const standing = standingOn(training.modules, training.passes, {
    day: dayIn(now, timeZone),
    confirmedOn: champion.confirmedAt && dayIn(champion.confirmedAt, timeZone),
    booked: new Set(places.filter(({ booked }) => booked).map(({ moduleId }) => moduleId)),
  });
  const whole = championStanding(champion.state, standing);
  const mayLearn = ['in training', 'ready', 'lapsed'].includes(whole);
  const modules = ownModules({ ...training, standing, places, courses, mayLearn });
  const needed = modules.filter((one) => one.needed);
  return {
    next: nextStep({ state: champion.state, championStanding: whole, standing, modules, contactEmail }),
    progress: needed.length > 0 && { all: needed.length, done: needed.filter((one) => one.counts).length },
    needed: needed.map(taskOf),
    optional: modules.filter((one) => !one.needed).map(taskOf),
  };
};

/** What a champion's own page shows. */
export const mePage = (me: Me) => {
  const { champion, places, coming, link, notice, programme, now } = me;
  const { timeZone } = programme;
  return {
    champion: { ...champion, phone: nationalPhone(champion.phone) },
    ...trainingOf(me),
    booked: places,
    coming,
    flash: notice && { type: 'success', text: notice },
    calendarLink: link && { id: link.id, since: formatDay(link.madeAt, timeZone, now) },
    newsWording: UPDATES_WORDING.text,
    newsSince: champion.newsSince && formatDay(champion.newsSince, timeZone, now),
  };
};
