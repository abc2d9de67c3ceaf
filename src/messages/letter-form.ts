import { Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { Letter } from './broadcasts.ts';
import { tellingWords } from './neutral.ts';

const LONGEST_SUBJECT = 100;
const LONGEST_BODY = 5_000;

export const LetterForm = Type.Object({
  subject: Type.String({ maxLength: LONGEST_SUBJECT }),
  body: Type.String({ maxLength: LONGEST_BODY }),
  purpose: Type.Union([Type.Literal('service'), Type.Literal('news')]),
  wordsAreFine: Type.Optional(Type.Literal('yes')),
  submission: Type.Optional(uuidField),
});

/** In the order of the page. */
export const LETTER_WORDS: FieldWords = {
  purpose: 'Choose what the message is',
  subject: {
    required: 'Enter a subject',
    maxLength: `Shorten the subject to ${LONGEST_SUBJECT} letters or fewer`,
    otherwise: 'Enter a subject',
  },
  body: {
    required: 'Write your message',
    maxLength: 'Shorten your message to 5,000 letters or fewer',
    otherwise: 'Write your message',
  },
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they don't belong in a message
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

const textOf = (value: unknown) =>
  typeof value === 'string'
    ? value.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(CONTROL, ' ')
    : '';

export interface TypedLetter {
  subject: string;
  body: string;
  purpose: string;
  submission?: string;
  wordsAreFine: boolean;
}

/** What was typed, line by line, fit to be kept and to be shown again. */
export const typedLetter = (form: unknown): TypedLetter => {
  const { subject, body, purpose, submission, wordsAreFine } = (form ?? {}) as Record<string, unknown>;
  return {
    subject: textOf(subject).replaceAll('\n', ' ').trim(),
    body: textOf(body).trim(),
    purpose: textOf(purpose),
    ...(typeof submission === 'string' ? { submission } : {}),
    wordsAreFine: wordsAreFine === 'yes',
  };
};

/** The sentence about words in a subject that tell others too much; a coordinator may say that they are fine. */
export const subjectWarning = ({ subject, wordsAreFine }: TypedLetter): FieldErrors => {
  const found = wordsAreFine ? [] : tellingWords(subject);
  if (found.length === 0) return {};
  const words = found.map((word) => `‘${word}’`).join(' and ');
  return {
    subject: `Others may see this subject in a shared inbox, and ${words} may tell them too much. Change it, or tick that it is fine`,
  };
};

export const letterOf = ({ subject, body, purpose }: TypedLetter): Letter => ({
  subject,
  body,
  purpose: purpose === 'news' ? 'news' : 'service',
});
