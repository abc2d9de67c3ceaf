import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

type Instant = Temporal.Instant;

/** One interface per table, in the order of the migrations. Dates without a time are ISO texts. */
export interface Schema {
  programme: ProgrammeTable;
  areas: AreaTable;
  neighbourhoods: NeighbourhoodTable;
  venues: VenueTable;
  pitches: PitchTable;
  campaigns: CampaignTable;
  events: EventTable;
  reporting_routes: ReportingRouteTable;
  public_version: PublicVersionTable;
  modules: ModuleTable;
  sessions: SessionTable;
  champions: ChampionTable;
  sign_ups: SignUpTable;
  consents: ConsentTable;
  bookings: BookingTable;
  invites: InviteTable;
  sign_in_codes: SignInCodeTable;
  browser_sessions: BrowserSessionTable;
  rate_limits: RateLimitTable;
  messages: MessageTable;
  captured_messages: CapturedMessageTable;
  coordinators: CoordinatorTable;
  coordinator_areas: CoordinatorAreaTable;
  audit_entries: AuditEntryTable;
  venue_hours: VenueHoursTable;
  kit_items: KitItemTable;
  event_kit: EventKitTable;
  calendar_links: CalendarLinkTable;
  event_files: EventFileTable;
  event_gates: EventGateTable;
  event_reports: EventReportTable;
  account_codes: AccountCodeTable;
  passkeys: PasskeyTable;
  authenticator_apps: AuthenticatorAppTable;
  recovery_codes: RecoveryCodeTable;
  passkey_challenges: PasskeyChallengeTable;
  broadcasts: BroadcastTable;
  suppressed_addresses: SuppressedAddressTable;
  submissions: SubmissionTable;
  event_copies: EventCopyTable;
  campaign_copies: CampaignCopyTable;
  attendances: AttendanceTable;
  event_places: EventPlacesTable;
  tellings: TellingTable;
  reminders_sent: ReminderSentTable;
  imports: ImportTable;
  training_records: TrainingRecordTable;
  module_last_days: ModuleLastDayTable;
  session_tellings: SessionTellingTable;
  certificates: CertificateTable;
  issuer_keys: IssuerKeyTable;
  api_keys: ApiKeyTable;
  module_activities: ModuleActivityTable;
  unused_statements: UnusedStatementTable;
  pages_read: PageReadTable;
  quiz_attempts: QuizAttemptTable;
  renewal_reminders: RenewalReminderTable;
}

interface ProgrammeTable {
  only_one: Generated<boolean>;
  name: string;
  place: string;
  time_zone: string;
  contact_email: string;
  app_name: string;
  app_url: string;
}

interface AreaTable {
  id: string;
  slug: string;
  name: string;
}

interface NeighbourhoodTable {
  id: string;
  area_id: string;
  slug: string;
  name: string;
}

interface VenueTable {
  id: string;
  neighbourhood_id: string;
  name: string;
  address: string;
  directions: string;
  most_people: number | null;
  /** How many days ahead the venue wants to be asked. */
  permission_days: Generated<number>;
  /** In pounds. */
  insurance_minimum: Generated<number>;
  set_up_minutes: Generated<number>;
  take_down_minutes: Generated<number>;
  rules: Generated<string>;
  /** Whom to ask at the venue: for coordinators only. */
  contact_name: Generated<string>;
  contact_email: Generated<string>;
  contact_phone: Generated<string>;
  latitude: number | null;
  longitude: number | null;
  /** Not to be chosen any more. */
  closed_at: Instant | null;
}

interface PitchTable {
  id: string;
  venue_id: string;
  name: string;
  closed_at: Instant | null;
}

interface CampaignTable {
  id: string;
  slug: string;
  name: string;
  summary: string;
  hashtags: string[];
  messages: Generated<string[]>;
  starts_on: string;
  ends_on: string;
}

export type EventKind = 'stall' | 'talk' | 'drop-in' | 'online';

export type EventState =
  | 'draft'
  | 'venue requested'
  | 'permitted'
  | 'ready'
  | 'published'
  | 'live'
  | 'closed'
  | 'reported'
  | 'postponed'
  | 'cancelled';

interface EventTable {
  id: string;
  slug: string;
  code: string;
  campaign_id: string | null;
  /** Null where it is online. */
  pitch_id: string | null;
  kind: EventKind;
  title: string;
  summary: string;
  what_to_expect: string;
  run_by: string;
  starts_at: Instant;
  ends_at: Instant;
  state: EventState;
  cancelled_at: Instant | null;
  cancelled_reason: string | null;
  sequence: Generated<number>;
  updated_at: Generated<Instant>;
  /** The pitch's; given only where it is online. */
  area_id: Generated<string>;
  neighbourhood_id: string | null;
  online_url: string | null;
  /** From a file that was imported: the same reference is the same event. */
  reference: string | null;
  /** How many may say that they come; null where nobody needs to. */
  capacity: number | null;
  lead_id: string | null;
  set_up_minutes: Generated<number>;
  take_down_minutes: Generated<number>;
  /** Set-up and take-down included; written by the database. */
  occupied: Generated<string>;
  /** Rises with every edit: who edits an older one is told. */
  version: Generated<number>;
  created_by: string | null;
  venue_requested_at: Instant | null;
  postponed_at: Instant | null;
  postponed_reason: string | null;
  /** Cancelled before anyone outside had heard of it. */
  withheld: Generated<boolean>;
}

interface ReportingRouteTable {
  id: string;
  position: number;
  emergency: Generated<boolean>;
  name: string;
  what_for: string;
  phone: string | null;
  url: string | null;
  coverage: string;
  hours: string;
  source: string;
  source_url: string;
  check_by: string;
}

interface PublicVersionTable {
  only_one: Generated<boolean>;
  version: Generated<number>;
}

interface ModuleTable {
  id: string;
  slug: string;
  name: string;
  /** What calendars and messages say: it gives nothing away to others who see them. */
  calendar_title: string;
  position: number;
  induction: Generated<boolean>;
  validity_months: number | null;
  /** In one sentence, for champions. */
  summary: Generated<string>;
  ways: Generated<ModuleWay[]>;
  mandatory_for: Generated<Role[]>;
  version: Generated<number>;
  /** Records of older versions do not count any more. */
  counts_from_version: Generated<number>;
  /** From when it asks what it asks now; null where it always did. */
  required_since: string | null;
  /** For how long after that it is not held against those who were champions before, and met what it asked till then. */
  grace_days: Generated<number>;
  mandatory_before: Generated<Role[]>;
  validity_months_before: number | null;
  counts_from_version_before: Generated<number>;
  /** Not to be taken any more. */
  closed_at: Instant | null;
  /** Rises with every edit: who edits an older one is told. */
  edits: Generated<number>;
}

/** How a module can be taken. */
export type ModuleWay = 'in person' | 'online' | 'e-learning';

/** What people do at a stall; `champion` stands for all of them. */
export type Role = 'champion' | 'greeter' | 'lead';

interface SessionTable {
  id: string;
  module_id: string;
  pitch_id: string | null;
  online_url: string | null;
  starts_at: Instant;
  ends_at: Instant;
  state: Generated<'scheduled' | 'cancelled'>;
  capacity: number;
  booked: Generated<number>;
  /** The pitch's; given only where it is online. */
  area_id: Generated<string>;
  trainer: Generated<string>;
  cancelled_at: Instant | null;
  cancelled_reason: string | null;
  /** Rises with every edit: who edits an older one is told. */
  edits: Generated<number>;
  created_by: string | null;
  created_at: Generated<Instant>;
}

export type AgeBand = '18+' | '16-17';

export type ChampionState =
  | 'signed up'
  | 'confirmed'
  | 'in training'
  | 'active'
  | 'paused'
  | 'lapsed'
  | 'left'
  | 'anonymised'
  | 'awaiting guardian'
  | 'declined'
  | 'suspended';

interface ChampionTable {
  id: string;
  email: string;
  email_key: string;
  full_name: string;
  phone: string | null;
  age_band: AgeBand;
  neighbourhood_id: string | null;
  state: ChampionState;
  confirmed_at: Instant | null;
  left_at: Instant | null;
  created_at: Instant;
  /** As they and other systems write it. */
  number: GeneratedAlways<number>;
  /** The neighbourhood's, or that of the stall at which they signed up; null where nobody knows. */
  area_id: Generated<string | null>;
}

export type SignUpSource = 'qr' | 'link' | 'web';

interface SignUpTable {
  id: string;
  champion_id: string;
  event_id: string | null;
  source: SignUpSource;
  session_id: string | null;
  full_name: string;
  email: string;
  phone: string | null;
  age_band: AgeBand;
  neighbourhood_id: string | null;
  /** The version of the wording that the person agreed to; null where they did not. */
  updates_wording: string | null;
  notice_version: string;
  made_at: Instant;
}

interface ConsentTable {
  id: string;
  champion_id: string;
  purpose: 'news';
  channel: 'email';
  wording: string;
  given_at: Instant;
  withdrawn_at: Instant | null;
}

export type BookingState = 'booked' | 'attended' | 'passed' | 'waiting' | 'offered' | 'withdrawn' | 'absent';

interface BookingTable {
  id: string;
  session_id: string;
  champion_id: string;
  state: Generated<BookingState>;
  booked_at: Instant;
  withdrawn_at: Instant | null;
  offered_until: Instant | null;
  /** When, and by whom, it was said that they were there, or were not. */
  marked_at: Instant | null;
  marked_by: string | null;
}

/**
 * That a champion passed a module. Never changed: a correction is a record of its own, which supersedes the wrong one,
 * with the outcome 'void' where they had not passed at all.
 */
interface TrainingRecordTable {
  id: string;
  champion_id: string;
  module_id: string;
  module_version: number;
  outcome: Generated<'passed' | 'void'>;
  passed_on: string;
  /** As another learning system says; null where the module's validity counts. */
  expires_on: string | null;
  source: TrainingSource;
  booking_id: string | null;
  /** Another learning system's name for it. */
  reference: string | null;
  /** In percent. */
  score: number | null;
  supersedes: string | null;
  /** Why it was corrected. */
  reason: string | null;
  recorded_at: Instant;
  recorded_by: string | null;
}

/** Written by the database. */
interface ModuleLastDayTable {
  champion_id: string;
  module_id: string;
  /** Until when what they passed counts, 'infinity' for good; null where nothing does that they had passed. */
  last_day: string | null;
}

/** A reminder to renew that has gone out; a renewal that gives another last day starts anew. */
interface RenewalReminderTable {
  champion_id: string;
  module_id: string;
  last_day: string;
  days_before: number;
  sent_at: Instant;
}

export type TrainingSource = 'session' | 'e-learning' | 'coordinator' | 'import' | 'xapi';

/** A calendar entry that a champion holds; its UID is its id, its SEQUENCE rises with every change. */
interface InviteTable {
  id: string;
  /** Whose it is: a champion's, or that of someone who said that they come. */
  champion_id: string | null;
  booking_id: string | null;
  event_id: string | null;
  sequence: Generated<number>;
  cancelled_at: Instant | null;
  attendance_id: string | null;
  /** What its holder was told last. */
  told: Json<Told>;
  created_at: Generated<Instant>;
}

/** What a calendar was last told of an entry; `CANCEL` where it was taken out and may come back. */
export type Told = Pick<InviteDetails, 'method' | 'title' | 'startsAt' | 'endsAt' | 'location'>;

export type AttendanceState = 'booked' | 'waiting' | 'offered' | 'withdrawn';

/** That a person said 'I'm coming'. They need not be a champion. */
interface AttendanceTable {
  id: string;
  event_id: string;
  full_name: string;
  email: string;
  email_key: string;
  state: AttendanceState;
  /** The same for every copy of one submitted form. */
  submission_id: string;
  said_at: Instant;
  offered_until: Instant | null;
  withdrawn_at: Instant | null;
}

/** How many may come to an event and how many places are taken, those on offer included; written by the database. */
interface EventPlacesTable {
  event_id: string;
  capacity: number;
  taken: Generated<number>;
}

/** An event that was changed, and when its holders are to be told. */
interface TellingTable {
  event_id: string;
  due_at: Instant;
}

/** A session that was changed, and when its holders are to be told. */
interface SessionTellingTable {
  session_id: string;
  due_at: Instant;
}

export type Before = 'week' | 'day' | 'morning';

interface ReminderSentTable {
  invite_id: string;
  before: Before;
  /** The day of the event, as it was when this went out: one that moves to another day is reminded of again. */
  starts_on: string;
  sent_at: Instant;
}

interface SignInCodeTable {
  id: string;
  email_key: string;
  email: string;
  champion_id: string | null;
  coordinator_id: string | null;
  sign_up_id: string | null;
  browser_hash: Buffer;
  tries: Generated<number>;
  created_at: Instant;
  expires_at: Instant;
}

interface BrowserSessionTable {
  id_hash: Buffer;
  champion_id: string | null;
  coordinator_id: string | null;
  data: Json<Record<string, unknown>>;
  created_at: Instant;
  expires_at: Instant;
  /** What its own person may know it by, and end it by. */
  public_id: Generated<string>;
  /** 'Firefox on Windows'. */
  device: Generated<string>;
  last_used_at: Instant;
}

interface RateLimitTable {
  key: string;
  hits: number;
  resets_at: Instant;
}

export type MessageState = 'queued' | 'sending' | 'sent' | 'retrying' | 'failed' | 'suppressed';

/** What the calendar part of a message says; instants in ISO 8601. */
export interface InviteDetails {
  uid: string;
  sequence: number;
  method: 'REQUEST' | 'CANCEL';
  title: string;
  startsAt: string;
  endsAt: string;
  location: string;
  description: string;
}

interface MessageTable {
  id: string;
  champion_id: string | null;
  kind: string;
  recipient: string;
  data: Json<Record<string, unknown>>;
  invite: Json<InviteDetails> | null;
  state: Generated<MessageState>;
  attempts: Generated<number>;
  last_error: string | null;
  created_at: Instant;
  sent_at: Instant | null;
  /** Waits for an older message about the same calendar entry; it has no job until then. */
  held: Generated<boolean>;
  /** Whose coordinators may see it: the event's area, or the person's; null where it is nobody's business. */
  area_id: Generated<string | null>;
  event_id: string | null;
  broadcast_id: string | null;
  /** The consent without which it is not sent. */
  consent_id: string | null;
}

interface CapturedMessageTable {
  message_id: string;
  raw: Buffer;
  captured_at: Instant;
}

interface CoordinatorTable {
  id: string;
  full_name: string;
  email: string;
  email_key: string;
  administrator: Generated<boolean>;
  created_at: Instant;
  ended_at: Instant | null;
}

interface CoordinatorAreaTable {
  coordinator_id: string;
  area_id: string;
}

/** Only ever added to. `details` holds ids and plain facts, never a name, an address or what a person wrote. */
interface AuditEntryTable {
  id: string;
  at: Instant;
  /** Null where a command or the clock did it. */
  coordinator_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string | null;
  area_id: string | null;
  request_id: string | null;
  details: ColumnType<Record<string, unknown>, string | undefined, never>;
}

/** When a venue is open; weekdays from Monday, 1, to Sunday, 7. A venue without hours on a day is closed then. */
interface VenueHoursTable {
  venue_id: string;
  weekday: number;
  opens: string;
  closes: string;
}

interface KitItemTable {
  id: string;
  area_id: string;
  name: string;
  closed_at: Instant | null;
}

/** What an event takes with it; when, and whether, follows the event. */
interface EventKitTable {
  event_id: string;
  kit_item_id: string;
  occupied: string;
  held: Generated<boolean>;
}

interface PasskeyTable {
  id: string;
  coordinator_id: string;
  /** Given by the authenticator, in base64url. */
  credential_id: string;
  public_key: Buffer;
  counter: number;
  transports: string[];
  name: string;
  created_at: Instant;
  last_used_at: Instant | null;
}

/** One a coordinator. */
interface AuthenticatorAppTable {
  coordinator_id: string;
  /** Encrypted: see `accounts/sealing.ts`. */
  sealed_key: Buffer;
  /** The half minute whose code was used last: none of it or before it works again. */
  last_used_step: number;
  created_at: Instant;
  last_used_at: Instant | null;
}

interface RecoveryCodeTable {
  coordinator_id: string;
  code_hash: Buffer;
  created_at: Instant;
  used_at: Instant | null;
}

interface PasskeyChallengeTable {
  session_hash: Buffer;
  purpose: 'add' | 'show';
  challenge: string;
  expires_at: Instant;
}

/** A code for someone who is signed in, good in that session only. */
interface AccountCodeTable {
  id: string;
  session_hash: Buffer;
  purpose: 'check' | 'new address';
  email: string;
  email_key: string;
  tries: Generated<number>;
  created_at: Instant;
  expires_at: Instant;
}

/** What a coordinator wrote to everyone who holds a place; a draft until it is sent. */
interface BroadcastTable {
  id: string;
  event_id: string | null;
  campaign_id: string | null;
  area_ids: string[];
  purpose: 'service' | 'news';
  subject: string;
  body: string;
  written_by: string;
  written_at: Instant;
  sent_by: string | null;
  sent_at: Instant | null;
  /** When every message of it was written. */
  expanded_at: Instant | null;
}

/** An address that a mail server refused for good. */
interface SuppressedAddressTable {
  email_key: string;
  /** The mail server's code. */
  reason: string;
  since: Instant;
  tried_at: Instant;
  message_id: string | null;
}

/** A form that was sent: the same one again changes nothing. */
interface SubmissionTable {
  id: string;
  coordinator_id: string;
  made_at: Instant;
}

/** `campaign_id` where it was copied together with its campaign. */
interface EventCopyTable {
  event_id: string;
  source_id: string;
  campaign_id: string | null;
}

interface CampaignCopyTable {
  campaign_id: string;
  source_id: string;
  starts_on: string;
}

export type FileType = 'application/pdf' | 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

interface EventFileTable {
  id: string;
  event_id: string;
  name: string;
  content_type: FileType;
  content: Buffer;
  added_at: Instant;
  added_by: string | null;
}

/** What has to be in place before an event is published: who said that it is, and who took that back. */
interface EventGateTable {
  id: string;
  event_id: string;
  gate: 'permission' | 'risk assessment' | 'insurance' | 'lead' | 'briefing' | 'kit';
  passed_at: Instant;
  /** Null where the clock or another change did it. */
  passed_by: string | null;
  note: Generated<string>;
  /** In pounds. */
  insured_for: number | null;
  file_id: string | null;
  reopened_at: Instant | null;
  reopened_by: string | null;
  reopened_reason: string | null;
}

/** How an event went: a number and a few words, nothing about anyone who came. */
interface EventReportTable {
  event_id: string;
  people: number;
  note: Generated<string>;
  reported_at: Instant;
  reported_by: string | null;
}

export type ImportKind = 'events' | 'completions';

/** A file between its preview and its confirmation; `rows` as src/csv-file.ts reads them. */
interface ImportTable {
  id: string;
  kind: Generated<ImportKind>;
  coordinator_id: string;
  rows: Json<{ row: number; cells: Record<string, string>; problem?: string }[]>;
  made_at: Instant;
  expires_at: Instant;
  done_at: Instant | null;
}

/** With which another learning system may do one thing; its secret by its hash. */
interface ApiKeyTable {
  id: string;
  name: string;
  scope: ApiScope;
  secret_hash: Buffer;
  made_by: string;
  made_at: Instant;
  last_used_at: Instant | null;
  ended_at: Instant | null;
}

export type ApiScope = 'completions';

/** What another learning system calls a module: an IRI. */
interface ModuleActivityTable {
  activity: string;
  module_id: string;
}

/** A statement that brought no record, and why; of whom it spoke is not kept. */
interface UnusedStatementTable {
  id: string;
  api_key_id: string;
  reason: UnusedReason;
  verb: string;
  activity: string;
  received_at: Instant;
}

export type UnusedReason = 'unknown person' | 'unknown activity' | 'other verb' | 'not passed';

/** The secret address of a champion's own calendar, by its hash. */
interface CalendarLinkTable {
  champion_id: string;
  id: string;
  secret_hash: Buffer;
  made_at: Instant;
}

/** What a champion shows. Whether it is valid is not in it: that follows from their state and their training. */
interface CertificateTable {
  id: string;
  champion_id: string;
  code: string;
  /** Its place among the bits of the status lists. */
  status_index: GeneratedAlways<number>;
  made_at: Instant;
  /** Replaced by another one. */
  ended_at: Instant | null;
}

/** What signs credentials. Those retired stay published, so that what they signed is still believed. */
interface IssuerKeyTable {
  id: string;
  /** In multibase, as verifiers read it. */
  public_key: string;
  /** Encrypted: see `accounts/sealing.ts`. */
  sealed_key: Buffer;
  made_at: Instant;
  retired_at: Instant | null;
}

/** That a champion has read a page of a module's e-learning, and gone on. */
interface PageReadTable {
  champion_id: string;
  module_id: string;
  /** The page's name in its folder. */
  page: string;
  module_version: number;
  read_at: Instant;
}

/** A try at a module's quiz. What was chosen is not kept, only which questions were answered wrong. */
interface QuizAttemptTable {
  id: string;
  champion_id: string;
  module_id: string;
  module_version: number;
  /** The questions and their options, by id, in the order in which this attempt shows them. */
  asked: Json<{ question: string; options: string[] }[]>;
  began_at: Instant;
  finished_at: Instant | null;
  passed: boolean | null;
  /** The questions, by id. */
  wrong: Json<string[]> | null;
}

/** Written as JSON text, so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;
