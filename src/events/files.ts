import { randomUUIDv7 } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { FileType } from '../schema.ts';

export const LARGEST_FILE = 5 * 1024 * 1024;

/** How each kind begins: a second opinion beside file-type's. Nothing that a browser could run is among them. */
const KINDS: Record<FileType, { ending: string; begins: RegExp }> = {
  'application/pdf': { ending: 'pdf', begins: /^%PDF-\d/ },
  'image/png': { ending: 'png', begins: /^\x89PNG\r\n/ },
  'image/jpeg': { ending: 'jpg', begins: /^\xff\xd8\xff/ },
  'image/webp': { ending: 'webp', begins: /^RIFF[\s\S]{4}WEBP/ },
  'image/gif': { ending: 'gif', begins: /^GIF8[79]a/ },
};

const isKept = (type: string | undefined): type is FileType =>
  type !== undefined && Object.hasOwn(KINDS, type);

export interface NewFile {
  name: string;
  contentType: FileType;
  content: Buffer;
}

/** Letters, digits and a few signs of the name as it was, with the ending of what it really is. */
const fitName = (typed: string, ending: string) => {
  const stem = typed
    .normalize('NFC')
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[^\p{L}\p{N} _().-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[ .]+|[ .]+$/g, '');
  return `${[...stem].slice(0, 80).join('').trim() || 'file'}.${ending}`;
};

/** Reads an uploaded file for what it is, whatever it is called. */
export const readFile = async (
  name: string,
  content: Buffer,
): Promise<NewFile | { refused: 'too large' | 'empty' | 'kind' }> => {
  if (content.length === 0) return { refused: 'empty' };
  if (content.length > LARGEST_FILE) return { refused: 'too large' };
  const type = (await fileTypeFromBuffer(content).catch(() => undefined))?.mime;
  if (!isKept(type) || !KINDS[type].begins.test(content.toString('latin1', 0, 16)))
    return { refused: 'kind' };
  return { name: fitName(name, KINDS[type].ending), contentType: type, content };
};

/** Where files lie: in the database, so that one backup holds them with all else. */
export const keepFile = async (
  trx: Trx,
  eventId: string,
  file: NewFile,
  addedBy: string | null,
  now: Temporal.Instant,
) => {
  const id = randomUUIDv7();
  await trx
    .insertInto('event_files')
    .values({
      id,
      event_id: eventId,
      name: file.name,
      content_type: file.contentType,
      content: file.content,
      added_at: now,
      added_by: addedBy,
    })
    .execute();
  return id;
};

/** A file of an event of these areas, for a coordinator to keep; that they took it is written down. */
export const takeFile = async (
  db: Db,
  actor: Actor,
  areaIds: string[],
  { slug, fileId }: { slug: string; fileId: string },
  now: Temporal.Instant,
) => {
  const file = await db
    .selectFrom('event_files')
    .innerJoin('events', 'events.id', 'event_files.event_id')
    .select([
      'event_files.name',
      'event_files.content_type as contentType',
      'event_files.content',
      'events.area_id as areaId',
    ])
    .where('event_files.id', '=', fileId)
    .where('events.slug', '=', slug)
    .where('events.area_id', '=', areasOf({ areaIds }))
    .executeTakeFirst();
  if (!file) return undefined;
  await audit(
    db,
    actor,
    { action: 'read', subjectKind: 'event file', subjectId: fileId, areaId: file.areaId },
    now,
  );
  return file;
};
