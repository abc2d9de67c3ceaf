import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { audit } from '../audit.ts';
import { uuidField } from '../champions/sign-up-form.ts';
import { MOST_BYTES, readFile } from '../csv-file.ts';
import type { Deps } from '../deps.ts';
import { tidyForm } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { readUpload } from '../http/upload.ts';
import { findImport, saveImport } from '../imports.ts';
import { listModules } from '../training/modules.ts';
import { confirmCompletions } from './completions.ts';
import { completionsPage } from './page.ts';
import { previewCompletions } from './preview.ts';
import { COMPLETIONS_FILE, type CompletionRow } from './rows.ts';

const Params = Type.Object({ id: uuidField });
const Confirmation = Type.Object({ fingerprint: Type.String({ maxLength: 60 }) });

const ROOT = '/coordinate/training/import';
const LOOK_AGAIN = 'Something changed since you looked. Look at this again, then press the button';
const DONE_BEFORE = 'This file was imported when you pressed the button the first time.';

/** Completions from a file of another learning system: chosen or pasted, looked at, then recorded in one go. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;
  await app.register(multipart, {
    limits: { fileSize: MOST_BYTES, fieldSize: MOST_BYTES, files: 1, fields: 5, parts: 6 },
  });
  const whose = ({ coordinator }: FastifyRequest) => ({
    kind: 'completions' as const,
    coordinatorId: coordinator.id,
  });

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { problem, pasted }: { problem?: string; pasted?: string } = {},
  ) => {
    return reply.code(problem ? 422 : 200).page('completions/import', {
      modules: await listModules(db),
      errors: problem && { [pasted ? 'pasted' : 'file']: problem },
      values: { pasted },
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  };

  app.get(ROOT, access, (request, reply) => showForm(request, reply));

  app.post(ROOT, { ...access, bodyLimit: MOST_BYTES * 2 }, async (request, reply) => {
    const upload = await readUpload(request);
    if ('problem' in upload) return showForm(request, reply, upload);
    const read = readFile(upload.bytes, COMPLETIONS_FILE);
    if ('problem' in read) return showForm(request, reply, { ...read, pasted: upload.pasted });
    const id = await saveImport(db, whose(request), read.rows, clock.now());
    return reply.redirect(`${ROOT}/${id}`, 303);
  });

  const showPreview = async (request: FastifyRequest, reply: FastifyReply, problem?: string) => {
    const now = clock.now();
    const { id } = request.params as Static<typeof Params>;
    const found = await findImport(db, whose(request), id, now);
    if (!found) throw new PageError(404);
    const { timeZone } = await content.programme();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const { areaIds } = request.coordinator;
    const preview = await previewCompletions(db, areaIds, found.rows as CompletionRow[], today);
    const entry = { action: 'read', subjectKind: 'completions', subjectId: id };
    if (preview.added.length > 0) await audit(db, request.actor(), entry, now);
    return reply.code(problem ? 409 : 200).page('completions/preview', {
      id,
      done: found.doneAt !== null,
      ...completionsPage(preview),
      errors: problem && { preview: problem },
      coordinator: request.coordinator,
    });
  };

  app.get(`${ROOT}/:id`, { ...access, schema: { params: Params } }, (request, reply) =>
    showPreview(request, reply),
  );

  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Confirmation> }>(
    `${ROOT}/:id/confirmation`,
    {
      ...access,
      schema: { params: Params, body: Confirmation },
      attachValidation: true,
      preValidation: tidyForm,
    },
    async (request, reply) => {
      if (request.validationError?.validationContext === 'params') throw new PageError(404);
      if (request.validationError) return showPreview(request, reply, LOOK_AGAIN);
      const { timeZone } = await content.programme();
      const { id: coordinatorId, areaIds } = request.coordinator;
      const doing = { actor: request.actor(), coordinatorId, areaIds, timeZone, now: clock.now() };
      const { id } = request.params;
      const outcome = await confirmCompletions(db, doing, { id, fingerprint: request.body.fingerprint });
      if ('added' in outcome)
        return seeOther(
          request,
          reply,
          ROOT,
          outcome.added === 1
            ? '1 training record is added.'
            : `${outcome.added} training records are added.`,
        );
      if (outcome.refused === 'unknown') throw new PageError(404);
      if (outcome.refused === 'done before') return seeOther(request, reply, ROOT, DONE_BEFORE);
      return showPreview(request, reply, LOOK_AGAIN);
    },
  );

  app.get(`${ROOT}/sample.csv`, access, async (_request, reply) => {
    const { timeZone } = await content.programme();
    const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const [module] = await listModules(db);
    const file = [
      'champion,module,passed_on,expires_on,score,reference',
      `alex@example.org,${module?.slug ?? 'induction'},${today},,85,course-1-alex`,
      `1042,${module?.slug ?? 'induction'},${today},${today.add({ years: 1 })},,course-1-1042`,
    ];
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="sample-completions.csv"')
      .send(`\ufeff${file.join('\r\n')}\r\n`);
  });
};
