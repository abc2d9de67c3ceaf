import { randomUUID } from 'node:crypto';
import type { FieldErrors } from '../http/forms.ts';
import type { MessageState } from '../schema.ts';
import { formatDay, formatTime } from '../time.ts';
import type { Broadcast } from './broadcasts.ts';
import { tellingWords } from './neutral.ts';
import type { Choice, Target } from './targets.ts';
import { STATES } from './words.ts';

interface Reader {
  timeZone: string;
  now: Temporal.Instant;
}

const PURPOSES = {
  service: 'About their place: everyone who holds one gets it',
  news: 'News: only those who asked for our news get it, and they can turn it off in the message',
};

const OF_CANCELLED = 'About the event, which is cancelled: everyone who held a place gets it';

const purposeWords = (purpose: 'service' | 'news', cancelled: boolean) =>
  purpose === 'service' && cancelled ? OF_CANCELLED : PURPOSES[purpose];

export const addressOf = ({ kind, slug }: Pick<Target, 'kind' | 'slug'>) =>
  `/coordinate/${kind === 'event' ? 'events' : 'campaigns'}/${slug}/messages`;

interface FormPage {
  about: string;
  when?: string;
  cancelled: boolean;
  action: string;
  back: string;
  values: { subject?: string; body?: string; purpose?: string; submission?: string; wordsAreFine?: boolean };
  errors?: FieldErrors;
}

const given = (errors: FieldErrors | undefined) =>
  errors && Object.keys(errors).length > 0 ? errors : undefined;

/** The form in which a message is written or changed. */
export const letterPage = ({ values, errors, ...page }: FormPage) => ({
  ...page,
  values: { ...values, submission: values.submission ?? randomUUID() },
  errors: given(errors),
  askWhetherFine: tellingWords(values.subject ?? '').length > 0,
  fineItems: [{ value: 'yes', text: 'This subject is fine', checked: values.wordsAreFine === true }],
  purposeItems: (page.cancelled ? (['service'] as const) : (['service', 'news'] as const)).map((value) => ({
    value,
    text: purposeWords(value, page.cancelled),
    checked: values.purpose === value,
  })),
});

const people = (count: number) => (count === 1 ? '1 person' : `${count.toLocaleString('en-GB')} people`);

const moment = (at: Temporal.Instant, { timeZone, now }: Reader) =>
  `${formatDay(at, timeZone, now)}, ${formatTime(at, timeZone)}`;

/** A draft with whom it would go to and how it looks; or, once it is sent, how far it has got. */
export const broadcastPage = (
  broadcast: Broadcast,
  audience: number,
  states: Map<MessageState, number>,
  reader: Reader,
) => {
  const { id, subject, about, purpose, cancelled, writer, sentAt, expandedAt } = broadcast;
  const written = [...states.values()].reduce((sum, count) => sum + count, 0);
  return {
    broadcast: { id, subject, about, cancelled, writer, purpose: purposeWords(purpose, cancelled) },
    draft: !sentAt,
    people: people(audience),
    nobody: audience === 0,
    warning: tellingWords(subject)
      .map((word) => `‘${word}’`)
      .join(' and '),
    sent: sentAt && {
      when: moment(sentAt, reader),
      people: people(written),
      writing: !expandedAt,
      states: Object.entries(STATES).flatMap(([state, { text, tag }]) => {
        const count = states.get(state as MessageState);
        return count ? [{ text, tag, count: count.toLocaleString('en-GB') }] : [];
      }),
    },
  };
};

/** What was written to people, the newest first, and what one could write about. */
export const broadcastsPage = (broadcasts: Broadcast[], targets: Choice[], reader: Reader) => ({
  broadcasts: broadcasts.map(({ id, subject, about, writer, writtenAt, sentAt }) => ({
    id,
    subject,
    about,
    writer,
    when: moment(sentAt ?? writtenAt, reader),
    state: sentAt ? 'Sent' : 'Draft',
    tag: sentAt ? 'govuk-tag--green' : 'govuk-tag--grey',
  })),
  targets: targets.map((target) => ({ ...target, href: `${addressOf(target)}/new` })),
});
