import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { sessionHash } from '../http/session.ts';
import { endDevice, listDevices, signOutEverywhere } from './devices.ts';

const DeviceParams = Type.Object({ id: uuidField });

const HATS = [
  { access: 'champion', at: '/me/devices', home: '/me' },
  { access: 'coordinator', at: '/coordinate/account/devices', home: '/coordinate/account' },
] as const;

/** Where someone is signed in, and signing out there. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const actorOf = ({ id, session }: FastifyRequest) => ({
    coordinatorId: session.coordinatorId ?? null,
    requestId: id,
  });
  const leave = (reply: FastifyReply) => reply.header('clear-site-data', '"cache"').redirect('/', 303);

  for (const { access, at, home } of HATS) {
    const options = (schema?: object) => ({ config: { access }, ...(schema ? { schema } : {}) });

    app.get(at, options(), async (request, reply) => {
      const { timeZone } = await content.programme();
      const devices = await listDevices(db, request.session, {
        sessionHash: sessionHash(request),
        timeZone,
        now: clock.now(),
      });
      const { notice } = request.session;
      if (notice) request.session.notice = undefined;
      return reply.page('accounts/devices', {
        at,
        home,
        nav: access === 'champion' ? 'me' : 'coordinate',
        administrator: request.coordinator?.administrator,
        devices,
        flash: notice && { type: 'success', text: notice },
      });
    });

    app.post(`${at}/:id/end`, options({ params: DeviceParams }), async (request, reply) => {
      const { id } = request.params as Static<typeof DeviceParams>;
      const ended = await endDevice(db, actorOf(request), request.session, { id, now: clock.now() });
      if (!ended) throw new PageError(404);
      request.session.notice = 'That device is signed out.';
      return reply.redirect(at, 303);
    });

    app.post(`${at}/end-all`, options(), async (request, reply) => {
      await signOutEverywhere(db, actorOf(request), request.session, clock.now());
      await request.session.destroy();
      return leave(reply);
    });
  }
};
