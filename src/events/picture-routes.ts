import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { isHeld } from '../http/public-page.ts';
import { findEvent } from './events.ts';
import { openPictures, pictureOf } from './pictures.ts';

const SLUG = ':slug(^[a-z0-9-]{1,120}$)';

/** The pictures that shared links to events show. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  // Loaded with the first picture: a process that serves none should not hold what draws them, some 60 MB.
  const pictures = openPictures(async (shown) => (await import('./picture.ts')).drawPicture(shown));

  app.get<{ Params: { slug: string }; Querystring: { v?: unknown } }>(
    `/events/${SLUG}/og.png`,
    { config: { access: 'everyone' } },
    async ({ params: { slug }, query, headers }, reply) => {
      const { timeZone, name } = await content.programme();
      const event = await findEvent(db, slug, timeZone, clock.now());
      if (!event) throw new PageError(404);
      const { shown, version } = pictureOf(event, name, config.publicUrl);
      const etag = `"${version}"`;
      reply.headers({
        etag,
        'cache-control': query.v === version ? 'public, max-age=86400' : 'public, no-cache',
        // Other sites show it beside the link.
        'cross-origin-resource-policy': 'cross-origin',
      });
      if (isHeld(headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type('image/png').send(await pictures(version, shown));
    },
  );
};
