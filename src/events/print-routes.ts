import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { findPrintRow, printable, type Wording } from './print.ts';
import { printPage } from './print-page.ts';

const SLUG = ':slug(^[a-z0-9-]{1,120}$)';
const Query = Type.Object({ wording: Type.Optional(Type.Enum(['neutral', 'campaign'])) });

/** What coordinators print of an event. What makes PDFs is loaded when the first is asked for: it is large. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const options = {
    config: { access: 'coordinator' },
    schema: { querystring: Query },
    attachValidation: true,
  } as const;

  const read = async (request: FastifyRequest) => {
    const { slug } = request.params as { slug: string };
    const row = await findPrintRow(db, request.coordinator, slug);
    if (!row) throw new PageError(404);
    const asked = request.validationError ? undefined : (request.query as Static<typeof Query>).wording;
    const wording: Wording = asked ?? 'neutral';
    const now = clock.now();
    const words = printable(row, wording, await content.programme(), config.publicUrl, now);
    return { row, wording, words, now };
  };

  const fileName = (what: string, code: string) => ({
    'content-disposition': `attachment; filename="${what}-${code}.pdf"`,
  });

  app.get(`/coordinate/events/${SLUG}/print`, options, async (request, reply) => {
    const { row, wording, words } = await read(request);
    const { lettersLost } = await import('./paper.ts');
    const lost = lettersLost([words.title, words.place, words.directions, words.sentence].join(' '));
    const { administrator } = request.coordinator;
    return reply.page('events/print', { administrator, ...printPage(row, wording, words, lost) });
  });

  app.get(`/coordinate/events/${SLUG}/poster.pdf`, options, async (request, reply) => {
    const { row, words, now } = await read(request);
    const { poster } = await import('./poster.ts');
    return reply
      .headers(fileName('poster', row.code))
      .type('application/pdf')
      .send(await poster(words, now));
  });

  app.get(`/coordinate/events/${SLUG}/table-card.pdf`, options, async (request, reply) => {
    const { row, words, now } = await read(request);
    const { tableCard } = await import('./table-card.ts');
    return reply
      .headers(fileName('table-card', row.code))
      .type('application/pdf')
      .send(await tableCard(words, now));
  });
};
