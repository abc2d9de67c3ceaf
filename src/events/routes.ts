import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { fieldErrors } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { listNeighbourhoods } from '../programme/neighbourhoods.ts';
import { findCodeBySlug, findEvent, findSlugByCode, listEvents } from './events.ts';
import { eventCalendar } from './feed.ts';
import { FILTER_WORDS, FilterQuery, readCursor, readFilters } from './filters.ts';
import { listAddress, listPage, listPageWithErrors } from './list-page.ts';
import { pictureOf } from './pictures.ts';
import { qrSvg } from './qr.ts';

/** Anything else is no slug, and nothing that the database should see. */
const SLUG = ':slug(^[a-z0-9-]{1,120}$)';
const CALENDAR = { contentType: 'text/calendar; charset=utf-8', perMinute: false };
const PICTURE = { contentType: 'image/svg+xml; charset=utf-8', perMinute: false };

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses a null byte in a text
const CONTROL = /[\u0000-\u001f\u007f]+/g;

const tidyQuery = async (request: FastifyRequest) => {
  const typed = Object.entries(request.query as Record<string, unknown>).map(
    ([name, value]) =>
      [name, typeof value === 'string' ? value.replace(CONTROL, ' ').trim() : value] as const,
  );
  request.query = Object.fromEntries(typed.filter(([, value]) => value !== ''));
};

const shownAgain = (query: FilterQuery) =>
  Object.fromEntries(
    Object.keys(FILTER_WORDS)
      .map((name) => [name, query[name as keyof FilterQuery]])
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new PageError(404);
  return value;
};

/** What is on: the list, an event's own page, calendars, and the short address behind a stall's QR code. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const open = { access: 'everyone' } as const;
  const { publicUrl } = config;

  const readList = async (typed: FilterQuery) => {
    const { timeZone, place } = await content.programme();
    const neighbourhoods = await listNeighbourhoods({ db, content });
    const now = clock.now();
    const read = readFilters(typed, neighbourhoods, timeZone, now);
    return { ...read, at: readCursor(typed), place, neighbourhoods, timeZone, now };
  };
  type List = Awaited<ReturnType<typeof readList>>;

  const showList = (reply: FastifyReply, address: string, read: () => Promise<List> | List, options = {}) =>
    reply.publicPage(
      address,
      async () => {
        const list = await read();
        const found = await listEvents(db, list.filters, list.at, list.timeZone, list.now);
        return reply.html('events/list', {
          ...listPage(list, list.query, found),
          canonicalUrl: publicUrl + address,
        });
      },
      options,
    );

  app.get<{ Querystring: FilterQuery }>(
    '/events',
    { config: open, schema: { querystring: FilterQuery }, attachValidation: true, preValidation: tidyQuery },
    async (request, reply) => {
      const { query: typed } = request;
      if (Object.keys(typed).length === 0) return showList(reply, '/events', () => readList({}));
      const misshapen = fieldErrors(request, FILTER_WORDS);
      const list = await readList(
        Object.fromEntries(Object.entries(typed).filter(([name]) => !(name in misshapen))),
      );
      const errors = { ...misshapen, ...list.errors };
      if (Object.keys(errors).length > 0) {
        reply.code(422).header('cache-control', 'no-store');
        return reply.page('events/list', listPageWithErrors(list, shownAgain(typed), errors));
      }
      const { words, from, to } = list.query;
      return showList(reply, listAddress(list), () => list, { keep: !(list.at || words || from || to) });
    },
  );

  app.get<{ Params: { slug: string } }>(
    `/events/${SLUG}`,
    { config: open },
    async ({ params: { slug } }, reply) =>
      reply.publicPage(`/events/${slug}`, async () => {
        const { timeZone, name } = await content.programme();
        const event = found(await findEvent(db, slug, timeZone, clock.now()));
        const canonicalUrl = `${publicUrl}/events/${slug}`;
        const picture = pictureOf(event, name, publicUrl);
        return reply.html('events/show', { nav: 'events', event, canonicalUrl, picture });
      }),
  );

  app.get<{ Params: { slug: string } }>(
    '/events/:slug(^[a-z0-9-]{1,120}).ics',
    { config: open },
    async (request, reply) => {
      const { slug } = request.params;
      reply.header('content-disposition', `inline; filename="${slug}.ics"`);
      return reply.publicPage(
        `/events/${slug}.ics`,
        async () => found(await eventCalendar(db, slug, publicUrl)),
        CALENDAR,
      );
    },
  );

  app.get<{ Params: { slug: string } }>(
    `/events/${SLUG}/qr.svg`,
    { config: open },
    async ({ params: { slug } }, reply) =>
      reply.publicPage(
        `/events/${slug}/qr.svg`,
        async () => {
          const code = found(await findCodeBySlug(db, slug));
          return qrSvg(`${publicUrl}/j/${code}`);
        },
        PICTURE,
      ),
  );

  app.get<{ Params: { code: string } }>('/j/:code', { config: open }, async (request, reply) => {
    const code = request.params.code.toLowerCase();
    const slug = /^[a-z0-9]{4,12}$/.test(code) ? await findSlugByCode(db, code) : undefined;
    reply.header('cache-control', 'no-store');
    if (!slug) return reply.code(404).page('events/unknown-code');
    return reply.redirect(`/events/${slug}/join?source=qr`, 302);
  });
};
