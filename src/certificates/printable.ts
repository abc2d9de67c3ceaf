import { formatDate } from '../time.ts';
import type { Module } from '../training/modules.ts';
import { counts, lastDayOf, type Pass, type Standing, type Until } from '../training/standing.ts';
import { untilWords } from './check.ts';
import { grouped } from './code.ts';

/** What stands on a certificate of paper. */
export interface PrintableCertificate {
  programme: string;
  name: string;
  sentence: string;
  /** undefined where it has no end. */
  until: string | undefined;
  modules: { name: string; dates: string }[];
  code: string;
  /** Behind the QR code; `address` is where people type the code. */
  url: string;
  address: string;
  made: string;
}

const day = (date: Temporal.PlainDate) => formatDate(date, { weekday: undefined, year: 'numeric' });

const sameDay = (a: Until, b: Until | undefined) => String(a) === String(b);

/** The day of the pass that makes a module count as long as it does; undefined in its time of grace. */
const passedOn = (module: Module, passes: Pass[], until: Until | undefined) =>
  passes
    .filter((pass) => pass.moduleId === module.id && sameDay(lastDayOf(pass, module), until))
    .map((pass) => pass.passedOn)
    .sort(Temporal.PlainDate.compare)
    .at(-1);

const datesOf = (module: Module, passes: Pass[], until: Until | undefined, inGrace: boolean) => {
  const passed = inGrace ? undefined : passedOn(module, passes, until);
  const end = until === undefined || until === 'for good' ? '' : `counts until ${day(until)}`;
  return [passed && `passed ${day(passed)}`, end].filter(Boolean).join(', ');
};

interface Facts {
  fullName: string;
  code: string;
  training: Standing;
  modules: Module[];
  passes: Pass[];
  programme: string;
  publicUrl: string;
  today: Temporal.PlainDate;
}

/** A certificate in words: every module that counts today, those that nobody has to take among them. */
export const printableCertificate = (facts: Facts): PrintableCertificate => {
  const { training, modules, passes, publicUrl } = facts;
  const counting = new Map(training.modules.filter(counts).map((standing) => [standing.moduleId, standing]));
  return {
    programme: facts.programme,
    name: facts.fullName,
    sentence: `is a champion with ${facts.programme} and has done the training that it asks for.`,
    until: untilWords(training.until),
    modules: modules.flatMap((module) => {
      const standing = counting.get(module.id);
      if (!standing) return [];
      return [{ name: module.name, dates: datesOf(module, passes, standing.until, standing.inGrace) }];
    }),
    code: grouped(facts.code),
    url: `${publicUrl}/certificates/${facts.code}`,
    address: `${publicUrl.replace(/^https?:\/\//, '')}/certificates`,
    made: `Made on ${day(facts.today)}. Only the code can say whether it is valid today.`,
  };
};
