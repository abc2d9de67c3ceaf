import { Type } from 'typebox';
import { readEmailAddress } from '../email-address.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import { TIME_ZONES } from './settings.ts';

/** One line of text: no tabs, breaks or other signs that nobody sees. */
export const lineField = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

/** What is wrong with a line, by the schema's keywords. */
export const lineWords = (required: string, longest: number) => ({
  required,
  maxLength: `Use ${longest} letters or fewer`,
  otherwise: required,
});

const NAME = 60;
const ADDRESS = 500;

export const SettingsForm = Type.Object({
  name: lineField(NAME),
  place: lineField(NAME),
  contactEmail: lineField(254),
  appName: Type.Optional(lineField(NAME)),
  appUrl: Type.Optional(lineField(ADDRESS)),
  timeZone: lineField(60),
});

const EMAIL = 'Enter an email address in the right form, like name@example.org';
const LINK = 'Enter a web address that starts with https://';

/** In the order of the page. */
export const SETTINGS_WORDS: FieldWords = {
  name: lineWords('Enter the name of the programme', NAME),
  place: lineWords('Enter the place', NAME),
  contactEmail: { required: 'Enter an email address that people can write to', otherwise: EMAIL },
  appName: lineWords('Enter the name of the app, or leave it empty', NAME),
  appUrl: LINK,
  timeZone: 'Choose a time zone from the list',
};

/** A web address that a page may link to. */
export const isWebAddress = (typed: string) =>
  URL.canParse(typed) && ['https:', 'http:'].includes(new URL(typed).protocol);

/** Adds what the schema cannot tell. */
export const settingsErrors = (typed: Record<string, string>, found: FieldErrors): FieldErrors => {
  const { contactEmail = '', appName, appUrl, timeZone = '' } = typed;
  const all: Record<string, string | false | undefined> = {
    contactEmail: !readEmailAddress(contactEmail) && EMAIL,
    appName: Boolean(appUrl) && !appName && 'Enter the name of the app, or take out its link',
    appUrl: appUrl ? !isWebAddress(appUrl) && LINK : Boolean(appName) && 'Enter the link to the app',
    timeZone: !TIME_ZONES.has(timeZone) && 'Choose a time zone from the list',
  };
  return Object.fromEntries(
    Object.keys(SETTINGS_WORDS).flatMap((field) => {
      const sentence = found[field] ?? all[field];
      return sentence ? [[field, sentence]] : [];
    }),
  );
};
