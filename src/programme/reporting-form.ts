import { Type } from 'typebox';
import { readDate } from '../events/filters.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { ReportingEntry } from './reporting-edit.ts';
import { isWebAddress, lineField, lineWords } from './settings-form.ts';

const NAME = 80;
const WORDS = 300;
const LINK = 500;

export const ReportingForm = Type.Object({
  name: lineField(NAME),
  whatFor: lineField(WORDS),
  phone: Type.Optional(Type.String({ maxLength: 30, pattern: '^\\+?[\\d ()-]{2,}$' })),
  url: Type.Optional(lineField(LINK)),
  coverage: lineField(WORDS),
  hours: lineField(WORDS),
  source: lineField(NAME),
  sourceUrl: lineField(LINK),
  checkBy: lineField(20),
  position: Type.String({ pattern: '^\\d{1,3}$' }),
  emergency: Type.Optional(Type.Literal('yes')),
});

const WEB = 'Enter a web address that starts with https://';
const DATE = 'Enter a real date, like 16/10/2027';

/** In the order of the page. */
export const REPORTING_WORDS: FieldWords = {
  name: lineWords('Enter its name', NAME),
  whatFor: lineWords('Say when people should use it', WORDS),
  phone: 'Enter a phone number, like 101 or 0800 555 111, or leave it empty',
  url: WEB,
  coverage: lineWords('Say which places it covers', WORDS),
  hours: lineWords('Say when it is open', WORDS),
  source: lineWords('Enter where you read this', NAME),
  sourceUrl: { required: 'Enter the web address where you read this', otherwise: WEB },
  checkBy: DATE,
  position: 'Enter its place in the list as a number, like 3',
  emergency: 'Tick the box, or leave it empty',
};

/** Understands the form: the entry, or a sentence for each field that needs mending. */
export const readReporting = (
  typed: Record<string, string>,
  found: FieldErrors,
  today: string,
): { entry: ReportingEntry } | { errors: FieldErrors } => {
  const { name = '', whatFor = '', coverage = '', hours = '', source = '', sourceUrl = '' } = typed;
  const { phone, url, position, emergency } = typed;
  const checkBy = readDate(typed.checkBy ?? '');
  const all: Record<string, string | false | undefined> = {
    phone: !phone && !url && 'Enter a phone number or a web address, or both',
    url: url !== undefined && !isWebAddress(url) && WEB,
    sourceUrl: !isWebAddress(sourceUrl) && WEB,
    checkBy: checkBy ? checkBy < today && 'Enter a date that is still to come' : DATE,
  };
  const errors = Object.fromEntries(
    Object.keys(REPORTING_WORDS).flatMap((field) => {
      const sentence = found[field] ?? all[field];
      return sentence ? [[field, sentence]] : [];
    }),
  );
  if (!checkBy || Object.keys(errors).length > 0) return { errors };
  return {
    entry: {
      name,
      whatFor,
      coverage,
      hours,
      source,
      sourceUrl,
      checkBy,
      phone: phone ?? null,
      url: url ?? null,
      position: Number(position),
      emergency: emergency === 'yes',
    },
  };
};
