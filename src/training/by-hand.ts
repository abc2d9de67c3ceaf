/** How a coordinator knows of a pass: a short list, so that nothing about a person is written down. */
export const HOW = {
  seen: 'I have seen the certificate or the register',
  there: 'I was there, or I was the trainer',
  partner: 'One of our partners told us',
};

/** What was wrong with a record. */
export const CORRECTIONS = {
  day: 'The day was wrong',
  person: 'It was somebody else',
  module: 'It was another module',
  'not passed': 'They had not been there, or had not passed',
  twice: 'It was written down twice',
};

/** The reason that is kept with a correction, and shown with it. */
export const correctionReason = (reason: keyof typeof CORRECTIONS, words: string | undefined) =>
  words ? `${CORRECTIONS[reason]}: ${words}` : CORRECTIONS[reason];
