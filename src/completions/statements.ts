import { randomUUID } from 'node:crypto';
import { EARLIEST } from './rows.ts';

/** A statement of another learning system, as far as a training record needs it. */
export interface Statement {
  id: string;
  /** Where it says whose it is in a way that we know: an address, or our own number. */
  person: { email: string } | { number: number } | undefined;
  verb: string;
  activity: string;
  /** False where it says itself that it was not passed, or not completed. */
  success: boolean;
  /** In percent. */
  score: number | null;
  /** When it happened; null where it does not say. */
  timestamp: Temporal.Instant | null;
}

const PASSES = new Set(['http://adlnet.gov/expapi/verbs/completed', 'http://adlnet.gov/expapi/verbs/passed']);

export const isPassVerb = ({ verb }: Pick<Statement, 'verb'>) => PASSES.has(verb);

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const within = (value: Json, name: string): Json => (isObject(value[name]) ? (value[name] as Json) : {});

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const LONGEST_IRI = 500;

/** A URL parser takes signs that are no text; the database does not. */
const CONTROL = /\p{Cc}/u;

const isIri = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_IRI && !CONTROL.test(value) && URL.canParse(value);

const MAILBOX = /^mailto:([^?\s]{3,254})$/i;
const NUMBER = /^\d{1,9}$/;

/** Section 4.2.2.1, of the inverse functional identifiers: a mailbox, or an account here, whose name is a champion's number. */
const personIn = (actor: Json, publicUrl: string): Statement['person'] => {
  if (typeof actor.mbox === 'string') {
    const [, email] = MAILBOX.exec(actor.mbox) ?? [];
    return email ? { email } : undefined;
  }
  const { homePage, name } = within(actor, 'account');
  const isOurs =
    typeof homePage === 'string' && URL.canParse(homePage) && new URL(homePage).origin === publicUrl;
  return isOurs && typeof name === 'string' && NUMBER.test(name) ? { number: Number(name) } : undefined;
};

const scoreIn = (result: Json) => {
  const { scaled } = within(result, 'score');
  return typeof scaled === 'number' && scaled >= 0 && scaled <= 1 ? Math.round(scaled * 100) : null;
};

const timestampIn = (value: unknown): Temporal.Instant | null | undefined => {
  if (value === undefined) return null;
  try {
    return Temporal.Instant.from(String(value));
  } catch {
    return undefined;
  }
};

/** Clocks differ. */
const AHEAD = { minutes: 10 };
const BEGINNING = EARLIEST.toZonedDateTime('UTC').toInstant();

const readOne = (
  given: unknown,
  { publicUrl, now }: { publicUrl: string; now: Temporal.Instant },
): Statement | string => {
  if (!isObject(given)) return 'A statement is an object';
  const { id = randomUUID() } = given;
  if (typeof id !== 'string' || !UUID.test(id)) return 'id is a UUID';
  const actor = within(given, 'actor');
  if (Object.keys(actor).length === 0) return 'actor is missing';
  const verb = within(given, 'verb').id;
  if (!isIri(verb)) return 'verb.id is an IRI';
  const object = within(given, 'object');
  if (!isIri(object.id)) return 'object.id is an IRI';
  if (object.objectType !== undefined && object.objectType !== 'Activity') return 'object is an Activity';
  const timestamp = timestampIn(given.timestamp);
  if (timestamp === undefined) return 'timestamp is a time as in ISO 8601, with its offset';
  if (timestamp && Temporal.Instant.compare(timestamp, now.add(AHEAD)) > 0)
    return 'timestamp is still to come';
  if (timestamp && Temporal.Instant.compare(timestamp, BEGINNING) < 0) return 'timestamp is too long ago';
  const result = within(given, 'result');
  return {
    id: id.toLowerCase(),
    person: personIn(actor, publicUrl),
    verb,
    activity: object.id,
    success: result.success !== false && result.completion !== false,
    score: scoreIn(result),
    timestamp,
  };
};

const MOST = 500;

/**
 * Reads what `POST /statements` carries: one statement or an array of them, all or none.
 * Source: xAPI 1.0.3, part 2, section 2.4 (what a statement is made of), part 3, section 2.1.2 (how it is sent).
 */
export const readStatements = (
  body: unknown,
  setting: { publicUrl: string; now: Temporal.Instant },
): { statements: Statement[] } | { problem: string } => {
  const given = Array.isArray(body) ? body : [body];
  if (given.length > MOST) return { problem: `Send up to ${MOST} statements at once` };
  const statements: Statement[] = [];
  for (const [index, one] of given.entries()) {
    const read = readOne(one, setting);
    if (typeof read === 'string') return { problem: `Statement ${index + 1}: ${read}.` };
    if (statements.some(({ id }) => id === read.id))
      return { problem: `Statement ${index + 1}: its id is that of another one here.` };
    statements.push(read);
  }
  return { statements };
};
