import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DateTile } from '../time.ts';
import type { EventPage } from './words.ts';

/** All that an event's picture shows. */
export interface Pictured {
  programme: string;
  title: string;
  calledOff: '' | 'CANCELLED' | 'POSTPONED';
  date: DateTile;
  when: string;
  place: string;
}

/** To be raised when the same words are drawn otherwise. */
const DRAWN = 1;

const pictured = (event: EventPage, programme: string): Pictured => ({
  programme,
  title: event.title,
  calledOff: (event.cancelled && 'CANCELLED') || (event.postponed && 'POSTPONED') || '',
  date: event.date,
  when: event.when,
  place: event.place,
});

const versionOf = (shown: Pictured) =>
  createHash('sha256')
    .update(JSON.stringify([DRAWN, shown]))
    .digest('base64url')
    .slice(0, 12);

/** An event's picture as its page names it: its address changes with what it shows, so that nobody keeps an old one. */
export const pictureOf = (event: EventPage, programme: string, publicUrl: string) => {
  const shown = pictured(event, programme);
  const version = versionOf(shown);
  const words = [shown.title, shown.when, shown.place].join('. ');
  return {
    shown,
    version,
    url: `${publicUrl}/events/${event.slug}/og.png?v=${version}`,
    alt: shown.calledOff ? `${shown.calledOff}: ${words}` : words,
  };
};

/** Keeps pictures, and has one drawn at a time. */
export const openPictures = (draw: (shown: Pictured) => Promise<Buffer>) => {
  const kept = new LRUCache<string, Promise<Buffer>>({ max: 100 });
  let last: Promise<unknown> = Promise.resolve();
  return (version: string, shown: Pictured): Promise<Buffer> => {
    const found = kept.get(version);
    if (found) return found;
    const drawn = last.then(() => draw(shown));
    last = drawn.catch(() => kept.delete(version));
    kept.set(version, drawn);
    return drawn;
  };
};
