import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { tidyForm } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { listModules } from '../training/modules.ts';
import { passesOf } from '../training/records.ts';
import {
  findCertificate,
  findHolder,
  holderStanding,
  makeCertificate,
  replaceCertificate,
} from './certificates.ts';
import { findSigningKey } from './issuer-keys.ts';
import { certificatePage } from './me-page.ts';
import { printableCertificate } from './printable.ts';

/** The letters of a name that our type for print lacks; most names have none that it could lack. */
const lostOnPaper = async (name: string) =>
  /[\u0250-\uffff]/.test(name) ? (await import('../events/paper.ts')).lettersLost(name).join(' ') : '';

const ReplaceForm = Type.Object({ replaces: uuidField });

/** A champion's own certificate. What makes PDFs and credentials is loaded when the first is asked for: it is large. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const { publicUrl } = config;
  const champion = { config: { access: 'champion' } } as const;

  const moment = async () => ({ timeZone: (await content.programme()).timeZone, now: clock.now() });

  const read = async (request: FastifyRequest) => {
    const holder = await findHolder(db, request.championId);
    if (!holder) return undefined;
    const [certificate, modules, standing] = await Promise.all([
      findCertificate(db, holder.id),
      listModules(db),
      holderStanding(db, holder, await moment()),
    ]);
    return { holder, certificate, modules, standing };
  };

  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await read(request);
    if (!found) {
      await request.session.destroy();
      return reply.redirect('/sign-in', 303);
    }
    const page = await certificatePage(found.standing, { ...found, publicUrl });
    const lost = await lostOnPaper(found.holder.fullName);
    return reply.page('certificates/mine', { ...page, lost, flash: takeFlash(request) });
  };

  app.get('/me/certificate', champion, show);

  app.get('/me/certificate.pdf', champion, async (request, reply) => {
    const found = await read(request);
    if (!found?.certificate || found.standing.standing !== 'ready') return show(request, reply.code(404));
    const { holder, certificate, modules, standing } = found;
    const { name: programme } = await content.programme();
    const words = printableCertificate({
      fullName: holder.fullName,
      code: certificate.code,
      training: standing.training,
      modules,
      passes: (await passesOf(db, [holder.id])).get(holder.id) ?? [],
      programme,
      publicUrl,
      today: standing.day,
    });
    const { certificatePdf } = await import('./pdf.ts');
    return reply
      .header('content-disposition', 'attachment; filename="certificate.pdf"')
      .type('application/pdf')
      .send(await certificatePdf(words, clock.now()));
  });

  app.get('/me/certificate.json', champion, async (request, reply) => {
    const found = await read(request);
    if (!found?.certificate || found.standing.standing !== 'ready') return show(request, reply.code(404));
    const { holder, certificate, standing } = found;
    const { name: programme, timeZone } = await content.programme();
    const key = (await findSigningKey(db, config.sessionSecret))!;
    const { openBadge } = await import('./credential.ts');
    const facts = {
      certificate,
      fullName: holder.fullName,
      programme,
      until: standing.training.until,
      timeZone,
    };
    return reply
      .header('content-disposition', 'attachment; filename="certificate.json"')
      .type('application/vc+ld+json; charset=utf-8')
      .send(JSON.stringify(await openBadge(facts, { key, publicUrl, now: clock.now() }), null, 2));
  });

  app.post('/me/certificate', champion, async (request, reply) => {
    const wanted = { championId: request.championId, ...(await moment()) };
    const made = await db.transaction().execute((trx) => makeCertificate(trx, wanted));
    if (made !== 'made') return show(request, reply.code(409));
    return seeOther(request, reply, '/me/certificate', 'Your certificate is here.');
  });

  app.post(
    '/me/certificate/replacement',
    { ...champion, schema: { body: ReplaceForm }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      if (request.validationError) return show(request, reply.code(422));
      const { replaces } = request.body as Static<typeof ReplaceForm>;
      const wanted = { championId: request.championId, replaces, ...(await moment()) };
      const done = await db.transaction().execute((trx) => replaceCertificate(trx, wanted));
      if (done !== 'replaced') return show(request, reply.code(409));
      const notice = 'Your certificate has a new code. The old one does not work any more.';
      return seeOther(request, reply, '/me/certificate', notice);
    },
  );
};
