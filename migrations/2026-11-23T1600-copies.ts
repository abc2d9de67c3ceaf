import { type Kysely, sql } from 'kysely';

/** What was copied from what, so that a second press or a second copy of a campaign adds nothing twice. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table submissions (
      id uuid primary key,
      coordinator_id uuid not null references coordinators,
      made_at timestamptz not null
    )`.execute(db);

  // Of an event, one copy in each copy of its campaign: copyCampaign relies on it.
  await sql`
    create table event_copies (
      event_id uuid primary key references events on delete cascade,
      source_id uuid not null references events on delete cascade,
      campaign_id uuid references campaigns on delete cascade,
      unique (source_id, campaign_id)
    )`.execute(db);
  await sql`create index events_copied_for_a_campaign on event_copies (campaign_id)`.execute(db);

  // Of a campaign, one copy for each day to begin on.
  await sql`
    create table campaign_copies (
      campaign_id uuid primary key references campaigns on delete cascade,
      source_id uuid not null references campaigns on delete cascade,
      starts_on date not null,
      unique (source_id, starts_on)
    )`.execute(db);
};
