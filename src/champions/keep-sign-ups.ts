import { createHash, randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { AgeBand, ChampionState, SignUpSource } from '../schema.ts';
import type { Chosen } from './hold-places.ts';
import { isLive } from './live.ts';

export interface SignUp extends Chosen {
  /** From the form: the same for every copy of one submission. */
  submissionId: string;
  fullName: string;
  email: EmailAddress;
  phone: string | null;
  ageBand: AgeBand;
  neighbourhoodId: string | null;
  source: SignUpSource;
  /** The version of the wording agreed to, where it was. */
  updatesWording: string | null;
  noticeVersion: string;
  browserHash: Buffer;
}

/** A form that came back with other words in it is another submission: its id alone is not enough. */
const signUpIdOf = ({
  submissionId,
  fullName,
  email,
  phone,
  ageBand,
  neighbourhoodId,
  session,
  event,
  updatesWording,
}: SignUp) => {
  const content = [
    submissionId,
    fullName,
    email.key,
    phone,
    ageBand,
    neighbourhoodId,
    session?.id,
    event?.id,
    updatesWording,
  ];
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const rowOf = (details: SignUp) => ({
  id: signUpIdOf(details),
  new_champion_id: randomUUIDv7(),
  email_key: details.email.key,
  state: details.ageBand === '18+' ? 'signed up' : 'awaiting guardian',
  event_id: details.event?.id,
  session_id: details.session?.id,
  source: details.source,
  updates_wording: details.updatesWording,
  notice_version: details.noticeVersion,
  made_at: details.now,
  full_name: details.fullName,
  email: details.email.address,
  phone: details.phone,
  age_band: details.ageBand,
  neighbourhood_id: details.neighbourhoodId,
});

interface Written {
  id: string;
  /** Whether this very sign-up was kept before, or the chosen session is full: then nothing was written. */
  isReplay: boolean;
  isFull: boolean;
  /** Nothing where others keep the same sign-up at this moment. */
  signUpId: string | null;
  championId: string | null;
  areaId: string | null;
  state: ChampionState | null;
  isNew: boolean | null;
}

/**
 * Champions come in the order of their addresses, so that two batches never wait for each other. What is looked up for
 * each row is a query of its own there: a join would be planned for as many rows as PostgreSQL guesses.
 */
const write = (rows: ReturnType<typeof rowOf>[]) => sql<Written>`
  with asked as materialized (
    select asked.*,
      (select true from sign_ups where sign_ups.id = asked.id) is not null as is_replay,
      coalesce((select booked >= capacity from sessions where sessions.id = asked.session_id), false) as is_full
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as asked (
      id uuid, new_champion_id uuid, email_key text, state text, event_id uuid, session_id uuid, source text,
      updates_wording text, notice_version text, made_at timestamptz, full_name text, email text, phone text,
      age_band text, neighbourhood_id uuid)
    order by email_key
  ), champion as (
    insert into champions
      (id, email_key, state, created_at, area_id, full_name, email, phone, age_band, neighbourhood_id)
    select new_champion_id, email_key, state, made_at,
      -- Where they give no neighbourhood; for someone who is known already, area_of_sign_up sees to it.
      (select area_id from events where events.id = asked.event_id),
      full_name, email, phone, age_band, neighbourhood_id
    from asked where not is_replay and not is_full
    on conflict (email_key) where ${isLive} do update set email_key = excluded.email_key
    returning id, email_key, area_id, state, xmax = 0 as is_new
  ), sign_up as (
    insert into sign_ups
      (id, champion_id, event_id, source, session_id, updates_wording, notice_version, made_at,
        full_name, email, phone, age_band, neighbourhood_id)
    select asked.id, champion.id, event_id, source, session_id, updates_wording, notice_version, made_at,
      full_name, email, phone, age_band, neighbourhood_id
    from asked join champion using (email_key)
    on conflict (id) do nothing
    returning id
  )
  select asked.id, is_replay as "isReplay", is_full as "isFull", sign_up.id as "signUpId", champion.id as "championId",
    champion.area_id as "areaId", champion.state, champion.is_new as "isNew"
  from asked left join champion using (email_key) left join sign_up on sign_up.id = asked.id`;

/** A sign-up that was kept, and its champion. */
export interface Kept {
  signUpId: string;
  championId: string;
  areaId: string | null;
  state: ChampionState;
  isNew: boolean;
}

/** Others keep the same sign-up at this moment: ends the transaction and everything it wrote. */
export class KeptByOthers extends Error {}

const outcomeOf = (row: Written): Kept | 'replayed' | 'full' => {
  const { isReplay, isFull, signUpId, championId, areaId, state, isNew } = row;
  if (isReplay) return 'replayed';
  if (isFull) return 'full';
  if (!signUpId) throw new KeptByOthers();
  return { signUpId, championId: championId!, areaId, state: state!, isNew: isNew! };
};

/**
 * Keeps sign-ups of different addresses as they were made, each with its champion: a new one, or the same as before,
 * whose row is held.
 * @returns for each what was kept; nothing was where it was kept before, or where the session is full. That refuses all
 * alike: whoever holds a place already is not to be told apart
 * @throws KeptByOthers
 */
export const keepSignUps = async (trx: Trx, all: SignUp[]) => {
  const asked = all.map(rowOf);
  const { rows } = await write(asked).execute(trx);
  const written = new Map(rows.map((row) => [row.id, row]));
  return asked.map(({ id }) => outcomeOf(written.get(id)!));
};
