import type { InviteDetails } from '../schema.ts';
import type { Message, Occasion } from './messages.ts';

/** Who holds a place: a champion, or someone who said that they come. */
export interface Person {
  championId: string | null;
  /** Of someone who said that they come: their code in the message is made from it. */
  attendanceId: string | null;
  /** The event at which they have a place, where it is one. */
  eventId: string | null;
  fullName: string;
  recipient: string;
}

/** A person without a page of their own gets the code with which they give up, or take, their place. */
const toPerson = (
  kind: Message['kind'],
  { championId, attendanceId, eventId, fullName, recipient }: Person,
  data: Record<string, unknown>,
  invite?: InviteDetails,
): Message => ({
  kind,
  championId,
  recipient,
  data: { fullName, ...(attendanceId ? { codeId: attendanceId } : {}), ...data },
  ...(invite ? { invite } : {}),
  ...(eventId ? { eventId } : {}),
});

/** The time or the place is another one; also where there is a new date after it had been put off. */
export const movedMessage = (
  person: Person,
  news: { title: string; before: Omit<Occasion, 'title'>; after: Omit<Occasion, 'title'>; again: boolean },
  invite: InviteDetails,
) => {
  const whenChanged = news.before.when !== news.after.when;
  const placeChanged = news.before.place !== news.after.place;
  return toPerson('moved', person, { ...news, whenChanged, placeChanged }, invite);
};

/** It is put off, and out of the calendar until there is a new date. */
export const postponedMessage = (person: Person, occasion: Occasion, invite: InviteDetails) =>
  toPerson('postponed', person, { occasion }, invite);

/** It is cancelled for all, or for this person only. Without an invite where the calendar does not hold it. */
export const cancelledMessage = (
  person: Person,
  news: {
    occasion: Occasion;
    reason: string | null;
    why: 'event' | 'self' | 'coordinator';
    others?: string | undefined;
  },
  invite?: InviteDetails,
) => toPerson('cancelled', { ...person, attendanceId: null }, news, invite);

/** They have a place: just now, or as they said before. */
export const comingMessage = (
  person: Person,
  news: { occasion: Occasion; again: boolean },
  invite?: InviteDetails,
) => toPerson('coming', person, news, invite);

/** All places are taken. */
export const waitingMessage = (person: Person, news: { occasion: Occasion; again: boolean }) =>
  toPerson('waiting', person, news);

/** A place is kept for them for a while. */
export const placeFreeMessage = (person: Person, news: { occasion: Occasion; until: string }) =>
  toPerson('place-free', person, news);

/** They did not take the place in time: others can have it, and they do not wait any more. */
export const offerEndedMessage = (
  person: Person,
  news: { occasion: Occasion; until: string; page: string },
) => toPerson('offer-ended', { ...person, attendanceId: null }, news);

/** A week or a day before, or in the morning. */
export const reminderMessage = (person: Person, news: { occasion: Occasion; onTheDay: boolean }) =>
  toPerson('reminder', person, news);
