import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import type { InviteDetails } from '../schema.ts';

/** What a person reads about a dated thing: all texts, formatted when the message is built. */
export interface Occasion {
  title: string;
  when: string;
  place: string;
}

export interface Message {
  kind:
    | 'sign-up'
    | 'already-signed-up'
    | 'sign-in'
    | 'booked'
    | 'left'
    | 'removed-from-calendar'
    | 'second-factor-changed'
    | 'account-code'
    | 'address-in-use'
    | 'address-changed'
    | 'moved'
    | 'postponed'
    | 'cancelled'
    | 'coming'
    | 'waiting'
    | 'place-free'
    | 'reminder'
    | 'coordinator-added'
    | 'broadcast'
    | 'offer-ended'
    | 'page-changed'
    | 'renewal';
  championId: string | null;
  recipient: string;
  data: Record<string, unknown>;
  invite?: InviteDetails;
  /** The event it tells of: coordinators of its area see that it was sent. */
  eventId?: string | undefined;
  /** Where it is known already; the database looks it up where it is not. */
  areaId?: string | null;
}

/** After a first sign-up: what it was for, the code to confirm, and the invite. */
export const signUpMessage = (to: {
  championId: string;
  recipient: string;
  fullName: string;
  codeId: string;
  /** The event at which the person signed up. */
  event?: Occasion;
  /** The session that was booked. */
  booking?: Occasion;
  /** 16 or 17: a guardian has to agree first. */
  awaitingGuardian: boolean;
  invite?: InviteDetails;
}): Message => {
  const { championId, recipient, invite, ...data } = to;
  return { kind: 'sign-up', championId, recipient, data, invite };
};

/** After another sign-up with an address that a champion has: says so, and carries a code. */
export const alreadySignedUpMessage = (to: Parameters<typeof signUpMessage>[0]): Message => ({
  ...signUpMessage(to),
  kind: 'already-signed-up',
});

/** A code to sign in with, asked for on the sign-in page. */
export const signInMessage = (to: {
  championId: string | null;
  recipient: string;
  codeId: string;
}): Message => ({
  kind: 'sign-in',
  championId: to.championId,
  recipient: to.recipient,
  data: { codeId: to.codeId },
});

/** A session was booked later, from the champion's own page. */
export const bookedMessage = (to: {
  championId: string;
  recipient: string;
  fullName: string;
  booking: Occasion;
  invite: InviteDetails;
}): Message => {
  const { championId, recipient, invite, ...data } = to;
  return { kind: 'booked', championId, recipient, data, invite };
};

/** Goodbye, with the cancellation of the first thing that the champion held in a calendar. */
export const leftMessage = (to: {
  championId: string;
  recipient: string;
  fullName: string;
  released: Occasion[];
  invite?: InviteDetails;
}): Message => {
  const { championId, recipient, invite, ...data } = to;
  return { kind: 'left', championId, recipient, data, invite };
};

/** The cancellation of one further calendar entry. */
export const removedFromCalendarMessage = (to: {
  championId: string;
  recipient: string;
  released: Occasion;
  invite: InviteDetails;
}): Message => ({
  kind: 'removed-from-calendar',
  championId: to.championId,
  recipient: to.recipient,
  data: { released: to.released },
  invite: to.invite,
});

/** What a coordinator proves who they are with has changed: so that they learn of it where it was someone else. */
export const secondFactorMessage = (to: {
  recipient: string;
  /** What changed, as a sentence. */
  change: string;
  contactEmail: string;
}): Message => {
  const { recipient, ...data } = to;
  return { kind: 'second-factor-changed', championId: null, recipient, data };
};

/** A code that someone signed in asked for. */
export const accountCodeMessage = (to: {
  championId: string | null;
  recipient: string;
  codeId: string;
  /** What the code is for: 'to go on'. */
  purpose: string;
}): Message => {
  const { championId, recipient, ...data } = to;
  return { kind: 'account-code', championId, recipient, data };
};

/** To an address that somebody wanted for their account: it belongs to another one. */
export const addressInUseMessage = ({ recipient }: { recipient: string }): Message => ({
  kind: 'address-in-use',
  championId: null,
  recipient,
  data: {},
});

/** To the address that a person used until now; it does not say which is the new one. */
export const addressChangedMessage = (to: { recipient: string; contactEmail: string }): Message => {
  const { recipient, ...data } = to;
  return { kind: 'address-changed', championId: null, recipient, data };
};

/** To a new coordinator: how to sign in. It says nothing of what they do here. */
export const coordinatorAddedMessage = (to: {
  recipient: string;
  fullName: string;
  programmeName: string;
}): Message => {
  const { recipient, ...data } = to;
  return { kind: 'coordinator-added', championId: null, recipient, data };
};

/** Something on the champion's own page has changed; what it is they read there. */
export const pageChangedMessage = (to: { championId: string; recipient: string }): Message => ({
  kind: 'page-changed',
  ...to,
  data: {},
});
/** Something that a champion passed does not count for much longer. */
export const renewalMessage = (to: {
  championId: string;
  recipient: string;
  fullName: string;
  /** The modules, with their last day in words; the first to end first. */
  items: { name: string; by: string; today: boolean }[];
}): Message => {
  const { championId, recipient, ...data } = to;
  return { kind: 'renewal', championId, recipient, data: { ...data, several: to.items.length > 1 } };
};

const rowOf = (message: Message, now: Temporal.Instant) => ({
  id: randomUUIDv7(),
  champion_id: message.championId,
  kind: message.kind,
  recipient: message.recipient,
  data: JSON.stringify(message.data),
  invite: message.invite && JSON.stringify(message.invite),
  event_id: message.eventId,
  area_id: message.areaId,
  created_at: now,
});

/** Adds the jobs that send messages which are written already. */
export const enqueueMessages = (trx: Trx, queue: Queue, ids: string[]) =>
  queue.enqueueAll(
    trx,
    QUEUES.sendMessage,
    ids.map((id) => ({ messageId: id })),
  );

/** PostgreSQL takes 65,535 parameters in a statement, and a row has up to nine. */
const MOST_ROWS = 1_000;

/**
 * Queues messages, each to one person, in the transaction of what they tell of.
 * @returns the ids of the rows, which are also in the `Message-ID`s
 */
export const queueMessages = async (trx: Trx, queue: Queue, messages: Message[], now: Temporal.Instant) => {
  const ids: string[] = [];
  for (let from = 0; from < messages.length; from += MOST_ROWS) {
    const rows = messages.slice(from, from + MOST_ROWS).map((message) => rowOf(message, now));
    await trx.insertInto('messages').values(rows).execute();
    ids.push(...rows.map(({ id }) => id));
  }
  if (ids.length > 0) await enqueueMessages(trx, queue, ids);
  return ids;
};

/** Queues one message. */
export const queueMessage = async (trx: Trx, queue: Queue, message: Message, now: Temporal.Instant) => {
  const [id] = await queueMessages(trx, queue, [message], now);
  return id!;
};
