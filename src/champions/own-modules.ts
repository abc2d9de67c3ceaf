import { formatDate } from '../time.ts';
import type { Module } from '../training/modules.ts';
import type { OwnSession } from '../training/own-sessions.ts';
import { asks, counts, type ModuleStanding, type Standing } from '../training/standing.ts';

/** A module with where the champion stands in it. */
export interface OwnModule {
  module: Module;
  standing: ModuleStanding;
  /** Their place at a session of it: booked, or else on offer, or else waited for. */
  place: OwnSession | undefined;
  /** Whether every champion needs it. */
  needed: boolean;
  counts: boolean;
  /** Where it is taken; undefined where there is nothing to take now. */
  href: string | undefined;
}

interface OwnTraining {
  modules: Module[];
  standing: Standing;
  places: OwnSession[];
  /** The modules with a session to come. */
  withSession: ReadonlySet<string>;
  /** The modules with e-learning, by slug. */
  courses: { has(slug: string): boolean };
  /** Nobody who has stopped, or waits for a guardian. */
  mayLearn: boolean;
}

const hrefOf = (
  { id, slug, ways }: Module,
  { courses, withSession }: Pick<OwnTraining, 'courses' | 'withSession'>,
) => {
  if (ways.includes('e-learning') && courses.has(slug)) return `/me/training/${slug}`;
  return withSession.has(id) ? `/me/sessions?module=${slug}` : undefined;
};

/** A champion's modules, in the order in which they take them. */
export const ownModules = (training: OwnTraining): OwnModule[] =>
  training.modules.map((module, index) => {
    const { standing, places, mayLearn } = training;
    const one = standing.modules[index]!;
    const theirs = places.filter(({ moduleId }) => moduleId === module.id);
    const place = theirs.find(({ booked }) => booked) ?? theirs.find(({ offered }) => offered) ?? theirs[0];
    const open = mayLearn && one.status !== 'current';
    return {
      module,
      standing: one,
      place: place?.cancelled ? undefined : place,
      needed: asks(module, 'champion'),
      counts: counts(one),
      href: open ? hrefOf(module, training) : undefined,
    };
  });

/** '12 January 2027' */
export const shortDay = (day: Temporal.PlainDate) => formatDate(day, { weekday: undefined, year: 'numeric' });

const untilWords = ({ until }: ModuleStanding, before: string) =>
  until === undefined || until === 'for good' ? '' : `${before} ${shortDay(until)}`;

/** The status in a word, what goes with it, and the colour of its tag. */
const statusWords = (standing: ModuleStanding): { text: string; more: string; tag: string } => {
  switch (standing.status) {
    case 'not started':
      return { text: 'Not started', more: '', tag: 'govuk-tag--grey' };
    case 'booked':
      return { text: 'Booked', more: '', tag: 'govuk-tag--blue' };
    case 'current':
      return { text: 'Current', more: untilWords(standing, 'until') || 'for good', tag: 'govuk-tag--green' };
    case 'due soon':
      return { text: 'Due soon', more: untilWords(standing, 'by'), tag: 'govuk-tag--yellow' };
    case 'expired':
      return { text: 'Expired', more: untilWords(standing, 'on'), tag: 'govuk-tag--red' };
  }
};

const placeWords = ({ place }: OwnModule) => {
  if (!place) return undefined;
  const { when, offered, waiting } = place;
  if (offered) return { lead: 'A place is free for you:', when };
  return waiting ? { lead: 'You are waiting for a place:', when } : { when, place: place.place };
};

/** A module as a task of the list. */
export const taskOf = (own: OwnModule) => ({
  slug: own.module.slug,
  name: own.module.name,
  summary: own.module.summary,
  href: own.place ? '#booked-heading' : own.href,
  status: statusWords(own.standing),
  place: placeWords(own),
  inGrace: own.standing.inGrace,
});
