import { maskedAddress } from '../email-address.ts';
import { formatDay, formatTime } from '../time.ts';
import type { LogFilters, LoggedMessage, MessageToMend, StateFilter } from './log.ts';
import { KINDS, STATES, whyUnsent } from './words.ts';

interface Reader {
  timeZone: string;
  now: Temporal.Instant;
}

const STATE_CHOICES: { value: StateFilter | ''; text: string }[] = [
  { value: '', text: 'Any' },
  { value: 'waiting', text: STATES.queued.text },
  { value: 'sent', text: STATES.sent.text },
  { value: 'retrying', text: STATES.retrying.text },
  { value: 'failed', text: STATES.failed.text },
  { value: 'suppressed', text: STATES.suppressed.text },
];

export const isStateFilter = (value: string | undefined): value is StateFilter =>
  Boolean(value) && STATE_CHOICES.some((choice) => choice.value === value);

const moment = (at: Temporal.Instant, { timeZone, now }: Reader) =>
  `${formatDay(at, timeZone, now)}, ${formatTime(at, timeZone)}`;

/** Who it went to: their name, and of their address only what tells a slip. */
const describe = (message: LoggedMessage, reader: Reader) => ({
  id: message.id,
  name: message.fullName ?? 'Somebody',
  address: maskedAddress(message.recipient),
  kind: message.subject ?? KINDS[message.kind],
  when: moment(message.sentAt ?? message.createdAt, reader),
  state: STATES[message.state],
  why: message.state === 'sent' ? undefined : whyUnsent(message.lastError),
});

/** What the list of messages and its filters show. */
export const logPage = (
  { messages, older }: { messages: LoggedMessage[]; older: string | undefined },
  { state, words, before }: LogFilters,
  reader: Reader,
) => {
  const typed = words.join(' ');
  const query = new URLSearchParams({ ...(typed && { words: typed }), ...(state && { state }) });
  const address = (more: Record<string, string> = {}) => {
    const all = new URLSearchParams([...query, ...Object.entries(more)]).toString();
    return all ? `/coordinate/messages?${all}` : '/coordinate/messages';
  };
  return {
    values: { words: typed, state: state ?? '' },
    states: STATE_CHOICES,
    filtered: Boolean(typed || state),
    messages: messages.map((message) => describe(message, reader)),
    pages: (before || older) && {
      previous: before ? { href: address(), text: 'Newest messages' } : undefined,
      next: older ? { href: address({ before: older }), text: 'Older messages' } : undefined,
    },
  };
};

/** What the page of one message shows: what became of it, and what can be done. */
export const messagePage = (message: MessageToMend, phone: string | null, reader: Reader) => {
  const unsent = message.state === 'failed' || message.state === 'suppressed';
  const refused = Boolean(message.refusedSince);
  return {
    message: {
      ...describe(message, reader),
      phone,
      broadcastId: message.broadcastId,
      addressChanged: message.addressChanged,
      refusedSince: message.refusedSince && moment(message.refusedSince, reader),
      refusedFor: whyUnsent(message.refusedFor),
    },
    refused,
    canSendAgain: unsent && !refused,
  };
};
