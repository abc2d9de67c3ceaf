import { Type } from 'typebox';
import { type EmailAddress, readEmailAddress } from '../email-address.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import { PHONE_WORDS, readPhone } from '../phone-number.ts';

/** Letters of any script, marks, digits, spaces, and what stands in names: O'Brien, Nguyễn, Anne-Marie, J. R. */
const NAME =
  "^[\\p{L}\\p{M}\\p{N}\\p{Zs}.,()'’ʻʼ`·\\p{Pd}\\u200c\\u200d\\u200e\\u200f]*\\p{L}[\\p{L}\\p{M}\\p{N}\\p{Zs}.,()'’ʻʼ`·\\p{Pd}\\u200c\\u200d\\u200e\\u200f]*$";

/** A name that mail programs would turn into a link: our mail must not carry strangers' adverts. */
const LINK = /www\.|\p{L}\.\p{Ll}{2,}/u;

const NAME_LENGTH = 100;

/** Not `format: 'uuid'`, which also takes what PostgreSQL does not: `urn:uuid:…`. */
export const uuidField = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

export const nameField = Type.String({ minLength: 1, maxLength: NAME_LENGTH, pattern: NAME });
export const phoneField = Type.Optional(Type.String({ maxLength: 40 }));
export const neighbourhoodField = Type.Optional(Type.String({ maxLength: 80, pattern: '^[a-z0-9-]+$' }));

export const SignUpForm = Type.Object({
  fullName: nameField,
  email: Type.String({ maxLength: 254 }),
  phone: phoneField,
  ageBand: Type.Union([Type.Literal('18+'), Type.Literal('16-17')]),
  neighbourhood: neighbourhoodField,
  session: Type.Optional(Type.Union([uuidField, Type.Literal('later')])),
  updates: Type.Optional(Type.Literal('yes')),
  website: Type.Optional(Type.Unknown()),
  submission: Type.Optional(uuidField),
  source: Type.Optional(Type.Unknown()),
});

const EMAIL_WORDS = 'Enter an email address in the right form, like name@example.org';

export const NAME_WORDS = {
  required: 'Enter your name',
  maxLength: `Your name must be ${NAME_LENGTH} letters or fewer`,
  otherwise:
    'Your name can have letters, spaces, hyphens, full stops and apostrophes. Take out anything else',
};
export const NEIGHBOURHOOD_WORDS = 'Choose a neighbourhood from the list, or leave it empty';

/** In the order of the page. */
export const SIGN_UP_WORDS: FieldWords = {
  fullName: NAME_WORDS,
  email: { required: 'Enter your email address', otherwise: EMAIL_WORDS },
  phone: PHONE_WORDS,
  ageBand: 'Choose your age',
  neighbourhood: NEIGHBOURHOOD_WORDS,
  session: 'Choose a session from the list, or ‘I’ll choose later’',
  updates: 'Tick the box for news, or leave it empty',
};

/** A name that would pass the schema, but holds a link. */
export const nameError = (fullName: string) => (LINK.test(fullName) ? NAME_WORDS.otherwise : undefined);

/** Adds to what the schema found what it cannot tell: whether address, phone number and name are what they should be. */
export const readSignUp = (
  typed: { fullName?: string; email?: string; phone?: string },
  found: FieldErrors,
) => {
  const email: EmailAddress | undefined = typed.email ? readEmailAddress(typed.email) : undefined;
  const phone = readPhone(typed.phone);
  const all: Record<string, string | undefined> = {
    fullName: found.fullName ?? nameError(typed.fullName ?? ''),
    email: found.email ?? (email ? undefined : EMAIL_WORDS),
    phone: found.phone ?? ('error' in phone ? phone.error : undefined),
  };
  const fields = Object.keys(SIGN_UP_WORDS).map((field) => [field, all[field] ?? found[field]] as const);
  const errors: FieldErrors = Object.fromEntries(
    fields.filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  return { errors, email, phone: 'phone' in phone ? phone.phone : null };
};
