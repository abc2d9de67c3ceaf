import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { describeCaptured, findCaptured, listCaptured, parse } from './mailbox.ts';

const Page = Type.Object({
  before: Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
  ),
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The message is a stranger's page: it gets no origin, no script and nothing from anywhere. */
const MESSAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

/** The captured mailbox: where messages go while no mail server is named. It does not exist in production. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'everyone' } as const;
  const id = ':id(^[0-9a-f-]+';
  type WithId = { Params: { id: string } };

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  const reader = async () => ({ timeZone: (await content.programme()).timeZone, now: clock.now() });

  const captured = async (id: string) => {
    const row = UUID.test(id) ? await findCaptured(db, id) : undefined;
    if (!row) throw new PageError(404);
    return row;
  };

  const allowOwnFrame = (reply: FastifyReply) =>
    reply.header(
      'content-security-policy',
      `${reply.getHeader('content-security-policy')}; frame-src 'self'`,
    );

  app.get('/mailbox', { config, schema: { querystring: Page } }, async (request, reply) => {
    const { before } = request.query as Static<typeof Page>;
    return reply.page('mailbox/list', { before, ...(await listCaptured(db, before, await reader())) });
  });

  app.get<WithId>(`/mailbox/${id}$)`, { config }, async (request, reply) => {
    const message = await describeCaptured(await captured(request.params.id), await reader());
    allowOwnFrame(reply);
    return reply.page('mailbox/message', { message });
  });

  app.get<WithId>(`/mailbox/${id}).html`, { config }, async (request, reply) => {
    const { html } = await parse(await captured(request.params.id));
    if (!html) throw new PageError(404);
    return reply
      .header('content-security-policy', MESSAGE_POLICY)
      .type('text/html; charset=utf-8')
      .send(html);
  });

  app.get<WithId>(`/mailbox/${id}).eml`, { config }, async (request, reply) => {
    const { raw } = await captured(request.params.id);
    return reply.type('message/rfc822').send(Buffer.from(raw));
  });
};
