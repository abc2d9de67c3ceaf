import { LRUCache } from 'lru-cache';
import type { Db } from './db.ts';

export interface Programme {
  name: string;
  place: string;
  timeZone: string;
  contactEmail: string;
  appName: string;
  appUrl: string;
}

interface Made {
  version: string;
  value: Promise<unknown>;
}

/** What the public pages show, kept in memory for exactly as long as it is true. */
export interface PublicContent {
  /** The version that the database holds, read after this call; calls that wait together share one query. */
  version(): Promise<number>;
  /** What `make` gave for this key at this version; made anew, once, when the version moved on. */
  keep<T>(key: string, version: string, make: () => Promise<T>): Promise<T>;
  /** @param version spares a query where it is known */
  programme(version?: number): Promise<Programme>;
  /** The programme as last read: for the page that says that the database is down. */
  lastProgramme(): Programme | undefined;
}

/** Lets all who ask while a read is under way wait for the next one: nobody gets an answer older than the question. */
const shared = <T>(read: () => Promise<T>) => {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = () => {
    next = undefined;
    running = read();
    const done = () => {
      running = undefined;
    };
    running.then(done, done);
    return running;
  };
  return (): Promise<T> => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
};

export const openPublicContent = (db: Db): PublicContent => {
  const made = new LRUCache<string, Made>({ max: 2_000 });
  let last: Programme | undefined;

  const version = shared(async () => {
    const row = await db.selectFrom('public_version').select('version').executeTakeFirstOrThrow();
    return row.version;
  });

  const keep = async <T>(key: string, version: string, make: () => Promise<T>): Promise<T> => {
    const found = made.get(key);
    if (found?.version === version) return found.value as Promise<T>;
    const value = make();
    made.set(key, { version, value });
    value.catch(() => made.delete(key));
    return value;
  };

  const programme = async (known?: number) => {
    last = await keep('programme', String(known ?? (await version())), async () => {
      const row = await db.selectFrom('programme').selectAll().executeTakeFirst();
      return {
        name: row?.name ?? 'Community champions',
        place: row?.place ?? '',
        timeZone: row?.time_zone ?? 'Europe/London',
        contactEmail: row?.contact_email ?? '',
        appName: row?.app_name ?? '',
        appUrl: row?.app_url ?? '',
      };
    });
    return last;
  };

  return { version, keep, programme, lastProgramme: () => last };
};
