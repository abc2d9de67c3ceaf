import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { tidyForm } from '../http/forms.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { etagOf, isHeld } from '../http/public-page.ts';
import { findByCalendarSecret, makeCalendarLink, revokeCalendarLink } from './calendar-link.ts';
import { ownCalendar } from './own-calendar.ts';
import { uuidField } from './sign-up-form.ts';

const LinkForm = Type.Object({ replaces: Type.Optional(uuidField) });

/** A champion's own calendar at a secret address. */
export default async (app: FastifyInstance, { config, db, clock }: Deps) => {
  const { publicUrl } = config;
  const champion = { config: { access: 'champion' } } as const;

  app.post(
    '/me/calendar-link',
    { ...champion, schema: { body: LinkForm }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const { replaces } = request.validationError ? {} : (request.body as { replaces?: string });
      const wanted = { championId: request.championId, replaces, now: clock.now() };
      const secret = await makeCalendarLink(db, wanted);
      const again = 'You have a private calendar link already. If you did not keep it, make a new one.';
      if (!secret) return seeOther(request, reply, '/me', again);
      // Answered at once, not after a redirect: the secret is kept nowhere that could show it again.
      return reply.page('champions/calendar-link', { address: `${publicUrl}/calendar/${secret}.ics` });
    },
  );

  app.post('/me/calendar-link/revocation', champion, async (request, reply) => {
    await revokeCalendarLink(db, request.championId);
    return seeOther(request, reply, '/me', 'Your private calendar link does not work any more.');
  });

  app.get<{ Params: { secret: string } }>(
    '/calendar/:secret(^[A-Za-z0-9_-]{43}).ics',
    { config: { access: 'everyone' } },
    async (request, reply) => {
      const found = await findByCalendarSecret(db, request.params.secret);
      if (!found) throw new PageError(404);
      const ics = await ownCalendar(db, found, publicUrl, clock.now());
      const etag = etagOf(ics);
      reply.headers({ etag, 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
      if (isHeld(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type('text/calendar; charset=utf-8').send(ics);
    },
  );
};
