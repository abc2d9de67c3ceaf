export const CODE_WORDS = {
  code: {
    required: 'Enter the code from the email',
    otherwise: 'Enter the code as it stands in the email: 8 letters and numbers',
  },
};

/** The same for a wrong code and for none: who asked for another person's code learns nothing of what they do. */
export const WRONG_CODE =
  'That code is wrong or has run out. Use the newest email we sent you, or ask for a fresh code below';

export const EMAIL_WORDS = {
  email: {
    required: 'Enter your email address',
    otherwise: 'Enter an email address in the right form, like name@example.org',
  },
};

/** @param time '10 minutes' */
export const tooManyTries = (time: string) => `There were too many tries. Wait ${time}, then try again`;
