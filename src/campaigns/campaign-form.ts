import { Type } from 'typebox';
import { readDate } from '../events/filters.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { CampaignPlan } from './save-campaign.ts';

const LONGEST_NAME = 120;
const MOST_MESSAGES = 20;
const LONGEST_MESSAGE = 200;
const MOST_HASHTAGS = 10;

export const CampaignForm = Type.Object({
  name: Type.String({ maxLength: LONGEST_NAME }),
  summary: Type.String({ maxLength: 1_000 }),
  startsOn: Type.String({ maxLength: 20 }),
  endsOn: Type.String({ maxLength: 20 }),
  messages: Type.Optional(Type.String({ maxLength: 10_000 })),
  hashtags: Type.Optional(Type.String({ maxLength: 1_000 })),
});

const FROM = 'Enter the first day, like 9/10/2027';
const TO = 'Enter the last day, like 16/10/2027';
const MESSAGES = `Enter up to ${MOST_MESSAGES} messages, one a line, each of ${LONGEST_MESSAGE} letters or fewer`;
const HASHTAGS = `Enter up to ${MOST_HASHTAGS} hashtags of letters and digits, like #WeStandTogether`;

/** In the order of the page. */
export const CAMPAIGN_WORDS: FieldWords = {
  name: { maxLength: `Use ${LONGEST_NAME} letters or fewer`, otherwise: 'Enter the name of the campaign' },
  summary: { maxLength: 'Use 1,000 letters or fewer', otherwise: 'Say in a sentence what it is about' },
  startsOn: FROM,
  endsOn: TO,
  messages: MESSAGES,
  hashtags: HASHTAGS,
};

const HASHTAG = /^[\p{L}\p{M}\p{N}_]{1,50}$/u;

const linesOf = (typed = '') =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const hashtagsOf = (typed = '') => [
  ...new Set(
    typed
      .split(/[\s,;]+/)
      .map((tag) => tag.replace(/^[#＃]+/, ''))
      .filter(Boolean),
  ),
];

/**
 * Reads what was typed of a campaign.
 * @returns the campaign, or a sentence for each field that needs mending, in the order of the page
 */
export const readCampaign = (
  typed: Record<string, string | undefined>,
  found: FieldErrors,
): { plan: CampaignPlan; errors?: undefined } | { errors: FieldErrors } => {
  const startsOn = readDate(typed.startsOn ?? '');
  const endsOn = readDate(typed.endsOn ?? '');
  const messages = linesOf(typed.messages);
  const hashtags = hashtagsOf(typed.hashtags);
  const wrong: Record<string, string | false | undefined> = {
    startsOn: !startsOn && FROM,
    endsOn: endsOn ? startsOn && endsOn < startsOn && 'The last day must be on or after the first day' : TO,
    messages:
      (messages.length > MOST_MESSAGES || messages.some((line) => line.length > LONGEST_MESSAGE)) && MESSAGES,
    hashtags: (hashtags.length > MOST_HASHTAGS || hashtags.some((tag) => !HASHTAG.test(tag))) && HASHTAGS,
  };
  const errors: FieldErrors = {};
  for (const field of Object.keys(CAMPAIGN_WORDS)) {
    const sentence = found[field] ?? wrong[field];
    if (sentence) errors[field] = sentence;
  }
  if (Object.keys(errors).length > 0) return { errors };
  const { name, summary } = typed as { name: string; summary: string };
  return { plan: { name, summary, startsOn: startsOn!, endsOn: endsOn!, messages, hashtags } };
};
