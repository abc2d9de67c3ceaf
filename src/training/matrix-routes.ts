import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { audit } from '../audit.ts';
import { CSV } from '../csv.ts';
import type { Deps } from '../deps.ts';
import { errorForLog } from '../error-for-log.ts';
import { placeAfter, readMatrix } from './matrix.ts';
import { fileLines } from './matrix-file.ts';
import { matrixPage } from './matrix-page.ts';
import { findPlaces } from './matrix-places.ts';
import { MatrixQuery, readMatrixQuery } from './matrix-query.ts';
import { listModules } from './modules.ts';

const PAGE_SIZE = 25;

/** Champions and where they stand with each module, on a page and as a file. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const options = {
    config: { access: 'coordinator' },
    schema: { querystring: MatrixQuery },
    attachValidation: true,
  } as const;

  /** What the query asks for; that it was asked is written down, with the choices but not the words. */
  const asked = async (request: FastifyRequest, action: 'read' | 'download') => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    const day = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const [modules, places] = await Promise.all([
      listModules(db),
      findPlaces(db, request.coordinator.areaIds),
    ]);
    const typed = request.validationError ? {} : (request.query as MatrixQuery);
    const read = readMatrixQuery(typed, places, modules, day);
    const { words, ...details } = read.query;
    await audit(
      db,
      request.actor(),
      { action, subjectKind: 'training matrix', details: { ...details, byName: Boolean(words) } },
      now,
    );
    return { ...read, modules, places, question: { modules, day, timeZone, now } };
  };

  app.get('/coordinate/training/matrix', options, async (request, reply) => {
    const { filter, query, after, modules, places, question } = await asked(request, 'read');
    const place = after ? await placeAfter(db, after, request.coordinator.areaIds) : undefined;
    const { rows, next } = await readMatrix(db, filter, question, { after: place, size: PAGE_SIZE });
    return reply.page('training/matrix', {
      ...matrixPage({ rows, next, modules, places, query, later: place !== undefined }),
      coordinator: request.coordinator,
    });
  });

  app.get('/coordinate/training/matrix.csv', options, async (request, reply) => {
    const { filter, modules, question } = await asked(request, 'download');
    const lines = Readable.from(fileLines(db, modules, filter, question));
    // Where reading fails half way, the connection ends before the file does, and the browser says so.
    const file = pipeline(lines, stringify(CSV), (error) => {
      if (error) request.log.error({ err: errorForLog(error) }, 'the file was cut short');
    });
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="training.csv"')
      .send(file);
  });
};
