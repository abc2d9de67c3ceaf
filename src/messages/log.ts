import { type RawBuilder, sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { MessageState } from '../schema.ts';
import { KINDS } from './words.ts';

const PAGE_SIZE = 25;

/** Written out, so that the planner sees that messages_unsent_of_an_area serves all but the sent ones. */
const WITH_STATE = {
  waiting: sql`m.state in ('queued', 'sending')`,
  sent: sql`m.state = 'sent'`,
  retrying: sql`m.state = 'retrying'`,
  failed: sql`m.state = 'failed'`,
  suppressed: sql`m.state = 'suppressed'`,
};

export type StateFilter = keyof typeof WITH_STATE;

export interface LogFilters {
  state?: StateFilter | undefined;
  /** Words of a person's name, each of which must be in it. */
  words: string[];
  /** The id of the message before which the page begins. */
  before?: string | undefined;
}

/** A message as coordinators see it: never its words, which may hold a code. */
export interface LoggedMessage {
  id: string;
  kind: string;
  state: MessageState;
  lastError: string | null;
  recipient: string;
  fullName: string | null;
  createdAt: Temporal.Instant;
  sentAt: Temporal.Instant | null;
  broadcastId: string | null;
  subject: string | null;
}

const LOGGED = sql`
  m.id, m.kind, m.state, m.last_error as "lastError", m.recipient,
  coalesce(c.full_name, m.data ->> 'fullName') as "fullName",
  m.created_at as "createdAt", m.sent_at as "sentAt", m.broadcast_id as "broadcastId",
  case when m.broadcast_id is not null then m.data ->> 'subject' end as subject`;

const SHOWN = sql`m.kind = any(${Object.keys(KINDS)}::text[])`;

const containing = (word: string) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The people are looked up once, by themselves: to compare each message's name takes seconds where many were sent. */
const isTo = (words: string[]) => {
  const named = (name: RawBuilder<unknown>) =>
    sql.join(
      words.map((word) => sql`${name} ilike ${containing(word)}`),
      sql` and `,
    );
  return sql`(m.champion_id in (select id from champions where ${named(sql`full_name`)})
    or (m.champion_id is null and ${named(sql`m.data ->> 'fullName'`)}))`;
};

/**
 * What was sent in these areas, the newest first, 25 at a time: a page hangs on the message it follows. Each area is
 * read along its own index, so a page costs the same however much was sent. Written down as read.
 */
export const listMessages = async (
  db: Db,
  actor: Actor,
  areaIds: string[],
  { state, words, before }: LogFilters,
  now: Temporal.Instant,
): Promise<{ messages: LoggedMessage[]; older: string | undefined }> => {
  const conditions = [sql`m.area_id = area.id`, SHOWN];
  if (state) conditions.push(WITH_STATE[state]);
  if (before) conditions.push(sql`m.id < ${before}`);
  if (words.length > 0) conditions.push(isTo(words));
  const { rows } = await sql<LoggedMessage>`
    select found.* from unnest(${areaIds}::uuid[]) as area (id)
    cross join lateral (
      select ${LOGGED} from messages m left join champions c on c.id = m.champion_id
      where ${sql.join(conditions, sql` and `)}
      order by m.id desc limit ${PAGE_SIZE + 1}) found
    order by found.id desc limit ${PAGE_SIZE + 1}`.execute(db);
  const messages = rows.slice(0, PAGE_SIZE);
  const details = { state: state ?? 'any', messages: messages.length };
  await audit(db, actor, { action: 'read', subjectKind: 'messages', details }, now);
  return { messages, older: rows.length > PAGE_SIZE ? messages.at(-1)?.id : undefined };
};

/** One message with what a coordinator needs to put things right: whom to phone, and what the address was refused for. */
export interface MessageToMend extends LoggedMessage {
  phone: string | null;
  championId: string | null;
  /** The person's address is another one now. */
  addressChanged: boolean;
  refusedSince: Temporal.Instant | null;
  refusedFor: string | null;
}

/** Writes down that the person's details were read; undefined where no message of these areas has the id. */
export const findMessage = async (
  db: Db,
  actor: Actor,
  id: string,
  areaIds: string[],
  now: Temporal.Instant,
): Promise<MessageToMend | undefined> => {
  const { rows } = await sql<MessageToMend & { areaId: string }>`
    select ${LOGGED}, c.phone, m.champion_id as "championId", m.area_id as "areaId",
      coalesce(c.email_key <> lower(m.recipient), false) as "addressChanged",
      s.since as "refusedSince", s.reason as "refusedFor"
    from messages m
      left join champions c on c.id = m.champion_id and c.state not in ('left', 'anonymised')
      left join suppressed_addresses s on s.email_key = lower(coalesce(c.email, m.recipient))
    where m.id = ${id} and m.area_id = any(${areaIds}::uuid[]) and ${SHOWN}`.execute(db);
  const [message] = rows;
  if (!message) return undefined;
  const { areaId } = message;
  await audit(db, actor, { action: 'read', subjectKind: 'message', subjectId: id, areaId }, now);
  return message;
};
