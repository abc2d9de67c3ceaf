import { Type } from 'typebox';
import { NAME_WORDS, nameField, uuidField } from '../champions/sign-up-form.ts';

const email = Type.String({ maxLength: 254 });

export const AttendForm = Type.Object({
  fullName: nameField,
  email,
  website: Type.Optional(Type.Unknown()),
  submission: Type.Optional(uuidField),
});

export const CodeForm = Type.Object({ email, code: Type.String({ maxLength: 60 }) });

export const EMAIL_WORDS = {
  required: 'Enter your email address',
  otherwise: 'Enter an email address in the right form, like name@example.org',
};

/** In the order of the page. */
export const ATTEND_WORDS = { fullName: NAME_WORDS, email: EMAIL_WORDS };

export const CODE_WORDS = {
  email: EMAIL_WORDS,
  code: {
    required: 'Enter the code from the email',
    otherwise: 'Enter the code as it stands in the email: 8 letters and numbers',
  },
};

/** The same for a wrong code and for an address that we don't know: nobody learns who comes. */
export const WRONG_CODE =
  'That address and that code do not belong together. Use the address that our email went to, and the code in it';
