import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { startOfMinute } from '../time.ts';
import { didDocument, didOf } from './did.ts';
import { ensureSigningKey, findSigningKey, listKeys } from './issuer-keys.ts';
import { hasList, KEPT_SECONDS, LIST_LENGTH, listAddress, revokedIn } from './status-list.ts';

/** What verifiers of credentials ask for: our keys, and which credentials count no more. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const { publicUrl, sessionSecret } = config;
  const open = { config: { access: 'everyone' } } as const;

  app.addHook('onReady', () => ensureSigningKey(db, sessionSecret, clock.now()));

  /** Verifiers run in pages of other sites, too. */
  const forVerifiers = (reply: FastifyReply, seconds: number) =>
    reply.headers({
      'cache-control': `public, max-age=${seconds}`,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });

  app.get('/.well-known/did.json', open, async (_request, reply) => {
    const keys = await listKeys(db);
    const document = didDocument(
      didOf(publicUrl),
      keys.map(({ publicKey }) => publicKey),
    );
    return forVerifiers(reply, KEPT_SECONDS)
      .type('application/did+json; charset=utf-8')
      .send(JSON.stringify(document));
  });

  /** Made once a minute: it reads every certificate of a list. */
  const listOf = (list: number, made: Temporal.Instant) =>
    content.keep(`status list ${list}`, made.toString(), async () => {
      const { timeZone } = await content.programme();
      const day = made.toZonedDateTimeISO(timeZone).toPlainDate();
      const key = (await findSigningKey(db, sessionSecret))!;
      const revoked = await revokedIn(db, list, { day, timeZone });
      // Loaded here: what signs is large.
      const { statusCredential } = await import('./status-credential.ts');
      const address = listAddress(publicUrl, (list - 1) * LIST_LENGTH);
      return JSON.stringify(await statusCredential(address, revoked, { key, publicUrl, now: made }));
    });

  app.get<{ Params: { list: string } }>(
    '/credentials/status/:list(^[1-9]\\d{0,3}$)',
    open,
    async (request, reply) => {
      const list = Number(request.params.list);
      if (!(await hasList(db, list))) throw new PageError(404);
      const now = clock.now();
      const made = startOfMinute(now);
      const body = await listOf(list, made);
      return forVerifiers(reply, KEPT_SECONDS - Math.floor(now.since(made).total('seconds')))
        .type('application/vc+ld+json; charset=utf-8')
        .send(body);
    },
  );
};
