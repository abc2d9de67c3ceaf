import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { MOST_BYTES, readFile } from '../csv-file.ts';
import type { Deps } from '../deps.ts';
import { readDate } from '../events/filters.ts';
import { tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { readUpload } from '../http/upload.ts';
import { findImport, saveImport } from '../imports.ts';
import { startOfDay } from '../time.ts';
import { sampleFile, writeEventsFile } from './export.ts';
import { COLUMNS, EVENTS_FILE, type EventRow } from './import-file.ts';
import { importPage } from './import-page.ts';
import { previewImport } from './import-preview.ts';
import { confirmImport } from './imports.ts';
import { listPitches } from './pitches.ts';
import { weekAddress } from './week-page.ts';

const ID = ':id(^[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}$)';
const Confirmation = Type.Object({ fingerprint: Type.String({ maxLength: 60 }) });

const LOOK_AGAIN = 'Something was planned since you looked. Look at this again, then press the button';

/** Events from a file: chosen or pasted, looked at, then added and changed in one go; and the same file back. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;
  await app.register(multipart, {
    limits: { fileSize: MOST_BYTES, fieldSize: MOST_BYTES, files: 1, fields: 5, parts: 6 },
  });

  const whose = ({ coordinator }: FastifyRequest) => ({
    kind: 'events' as const,
    coordinatorId: coordinator.id,
  });

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    { problem, pasted }: { problem?: string; pasted?: string } = {},
  ) =>
    reply.code(problem ? 422 : 200).page('planning/import', {
      columns: COLUMNS,
      errors: problem && { [pasted ? 'pasted' : 'file']: problem },
      values: { pasted },
      coordinator: request.coordinator,
    });

  app.get('/coordinate/import', access, (request, reply) => showForm(request, reply));

  app.post('/coordinate/import', { ...access, bodyLimit: MOST_BYTES * 2 }, async (request, reply) => {
    const upload = await readUpload(request);
    if ('problem' in upload) return showForm(request, reply, upload);
    const read = readFile(upload.bytes, EVENTS_FILE);
    if ('problem' in read) return showForm(request, reply, { ...read, pasted: upload.pasted });
    const id = await saveImport(db, whose(request), read.rows, clock.now());
    return reply.redirect(`/coordinate/import/${id}`, 303);
  });

  const showPreview = async (request: FastifyRequest, reply: FastifyReply, id: string, problem?: string) => {
    const now = clock.now();
    const found = await findImport(db, whose(request), id, now);
    if (!found) throw new PageError(404);
    const { timeZone } = await content.programme();
    const preview = await previewImport(
      db,
      request.coordinator.areaIds,
      found.rows as EventRow[],
      timeZone,
      now,
    );
    return reply.code(problem ? 409 : 200).page('planning/import-preview', {
      id,
      done: found.doneAt !== null,
      ...importPage(preview, timeZone, now),
      errors: problem && { preview: problem },
      coordinator: request.coordinator,
    });
  };

  app.get<{ Params: { id: string } }>(`/coordinate/import/${ID}`, access, (request, reply) =>
    showPreview(request, reply, request.params.id),
  );

  app.post<{ Params: { id: string }; Body: Static<typeof Confirmation> }>(
    `/coordinate/import/${ID}/confirmation`,
    { ...access, schema: { body: Confirmation }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const { id } = request.params;
      if (request.validationError) return showPreview(request, reply, id, LOOK_AGAIN);
      const { timeZone } = await content.programme();
      const now = clock.now();
      const { id: coordinatorId, areaIds } = request.coordinator;
      const outcome = await confirmImport(
        db,
        { queue, actor: request.actor(), areaIds, coordinatorId, timeZone, now },
        { id, fingerprint: request.body.fingerprint },
      );
      if (!('refused' in outcome)) {
        const { added, changed, first } = outcome;
        request.session.notice = `We added ${added} and changed ${changed}. What we added is a draft.`;
        const day = (first ?? now).toZonedDateTimeISO(timeZone).toPlainDate();
        return reply.redirect(weekAddress(day), 303);
      }
      if (outcome.refused === 'unknown') throw new PageError(404);
      if (outcome.refused === 'done before') {
        request.session.notice = 'This file was imported when you pressed the button the first time.';
        return reply.redirect('/coordinate/week', 303);
      }
      if (outcome.refused === 'looks different now') return showPreview(request, reply, id, LOOK_AGAIN);
      const words = `Row ${outcome.row} found no place in the end, so nothing was added or changed. Take it out of the file, or give it another pitch or time`;
      return showPreview(request, reply, id, words);
    },
  );

  const sendFile = (reply: FastifyReply, name: string, file: string) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(file);

  app.get('/coordinate/import/sample.csv', access, async (request, reply) => {
    const { timeZone } = await content.programme();
    const [place] = await listPitches(db, request.coordinator.areaIds);
    const day = clock.now().toZonedDateTimeISO(timeZone).toPlainDate().add({ days: 28 });
    return sendFile(reply, 'sample.csv', sampleFile(place ?? { venue: 'Venue', name: 'Pitch' }, day));
  });

  app.get<{ Querystring: { from?: unknown } }>('/coordinate/events.csv', access, async (request, reply) => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate().toString();
    const from = startOfDay(readDate(String(request.query.from ?? '')) ?? today, timeZone)!;
    const file = await writeEventsFile(db, request.coordinator.areaIds, from, timeZone);
    return sendFile(reply, 'events.csv', file);
  });
};
