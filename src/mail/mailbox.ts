import PostalMime, { type Attachment, type Email } from 'postal-mime';
import type { Db } from '../db.ts';
import { formatDay, formatWhen } from '../time.ts';
import { readInvite } from './read-invite.ts';

interface Captured {
  message_id: string;
  raw: Uint8Array;
  captured_at: Temporal.Instant;
}

/** How a captured message is shown: when, in whose clock. */
interface Reader {
  timeZone: string;
  now: Temporal.Instant;
}

const PAGE = 25;

/** The raw bytes of a captured message, as they would have gone over SMTP. */
export const findCaptured = (db: Db, id: string): Promise<Captured | undefined> =>
  db
    .selectFrom('captured_messages')
    .select(['message_id', 'raw', 'captured_at'])
    .where('message_id', '=', id)
    .executeTakeFirst();

/** One page of the captured mailbox, newest first, from the one after `before`. Ids rise with time. */
export const listCaptured = async (db: Db, before: string | undefined, reader: Reader) => {
  let query = db.selectFrom('captured_messages').select(['message_id', 'raw', 'captured_at']);
  if (before) query = query.where('message_id', '<', before);
  const rows = await query
    .orderBy('message_id', 'desc')
    .limit(PAGE + 1)
    .execute();
  const shown = rows.slice(0, PAGE);
  const messages = await Promise.all(shown.map(async (row) => summary(row, await parse(row), reader)));
  return { messages, older: rows.length > PAGE ? shown.at(-1)?.message_id : undefined };
};

export const parse = ({ raw }: Pick<Captured, 'raw'>): Promise<Email> => PostalMime.parse(raw);

const capturedWords = (at: Temporal.Instant, { timeZone, now }: Reader) => {
  const time = at.toZonedDateTimeISO(timeZone).toPlainTime().round('second');
  return `${formatDay(at, timeZone, now)}, ${time}`;
};

const summary = ({ message_id, captured_at }: Captured, email: Email, reader: Reader) => ({
  id: message_id,
  subject: email.subject,
  to: email.to?.map(({ address }) => address).join(', '),
  captured: capturedWords(captured_at, reader),
  calendar: calendarOf(email)?.method,
});

const calendarOf = (email: Email) => email.attachments.find(({ mimeType }) => mimeType === 'text/calendar');

const textOf = ({ content }: Attachment) =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

const inviteWords = (attachment: Attachment, { timeZone, now }: Reader) => {
  const invite = readInvite(textOf(attachment));
  return {
    ...invite,
    when: formatWhen(invite.startsAt, invite.endsAt, timeZone, now),
    source: textOf(attachment),
  };
};

/** Everything that the page of one captured message shows. */
export const describeCaptured = async (row: Captured, reader: Reader) => {
  const email = await parse(row);
  const calendar = calendarOf(email);
  return {
    ...summary(row, email, reader),
    text: email.text,
    headers: email.headers.map(({ originalKey, value }) => ({ key: originalKey, value })),
    invite: calendar && inviteWords(calendar, reader),
    attachments: email.attachments.map((attachment) => ({
      filename: attachment.filename ?? 'Shown with the message, no file name',
      mimeType: attachment.mimeType,
      bytes: textOf(attachment).length,
    })),
  };
};
