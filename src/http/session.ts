import { createHash } from 'node:crypto';
import fastifySession, { type SessionStore } from '@fastify/session';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { sql } from 'kysely';
import { deviceWords } from '../accounts/device-words.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';

declare module 'fastify' {
  interface Session {
    championId?: string;
    coordinatorId?: string;
    /** When they signed in, in milliseconds since the epoch: sessions end some hours later whatever is done in them. */
    signedInAt?: number;
    /** The browser and its system, in words. */
    device?: string;
    /** A sentence to show once, on the next page. */
    notice?: string;
    /** Until when they have shown, by a code sent to their address, that it is still them: see `config.fresh`. */
    freshUntil?: number;
    /** The page to go on to once they have. */
    afterCheck?: string;
    /** When a coordinator gave their second factor, in milliseconds since the epoch. */
    secondFactorAt?: number;
    /** The sealed key of an authenticator app that is being set up. */
    newAuthenticatorKey?: string;
    /** New recovery codes, sealed, until the coordinator says that they have kept them. */
    newRecoveryCodes?: string;
  }
}

const hashOf = (id: string) => createHash('sha256').update(id).digest();

/** What the database knows the session of a request by. */
export const sessionHash = ({ session }: FastifyRequest) => hashOf(session.sessionId);

/** That a session is used is written down so often in its idle time, at most: most pages then write nothing. */
const NOTED_IN_IDLE_TIME = 30;

type Callback = (error?: unknown) => void;
const answer = (work: Promise<unknown>, callback: Callback) => work.then(() => callback(), callback);

/** Keeps sessions in `browser_sessions` by the hash of their id: who reads the table cannot use one. */
const storeIn = (db: Db, clock: Clock, limits: Config['sessionLimits']): SessionStore => ({
  set(id, session, callback) {
    const { championId = null, coordinatorId = null, signedInAt, device } = session;
    const { idleMinutes, maxHours } = coordinatorId ? limits.coordinator : limits.champion;
    const now = clock.now();
    const idle = now.add({ minutes: idleMinutes });
    const noted = now.subtract({ seconds: (idleMinutes * 60) / NOTED_IN_IDLE_TIME });
    const last = signedInAt
      ? Temporal.Instant.fromEpochMilliseconds(signedInAt).add({ hours: maxHours })
      : idle;
    const row = {
      champion_id: championId,
      coordinator_id: coordinatorId,
      data: JSON.stringify(session),
      device,
      last_used_at: now,
      expires_at: Temporal.Instant.compare(idle, last) < 0 ? idle : last,
    };
    // Someone signed in has a row already: where it is gone, they signed out meanwhile, and stay out.
    const write = signedInAt
      ? db
          .updateTable('browser_sessions')
          .set(row)
          .where('id_hash', '=', hashOf(id))
          .where((eb) =>
            eb.or([
              eb('last_used_at', '<=', noted),
              sql<boolean>`data - 'cookie' is distinct from ${row.data}::jsonb - 'cookie'`,
            ]),
          )
      : db
          .insertInto('browser_sessions')
          .values({ id_hash: hashOf(id), created_at: now, ...row })
          .onConflict((conflict) => conflict.column('id_hash').doUpdateSet(row));
    answer(write.execute(), callback);
  },
  get(id, callback) {
    db.selectFrom('browser_sessions')
      .select('data')
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', clock.now())
      .executeTakeFirst()
      .then((row) => callback(null, row?.data as never), callback);
  },
  destroy(id, callback) {
    answer(db.deleteFrom('browser_sessions').where('id_hash', '=', hashOf(id)).execute(), callback);
  },
});

/** Sessions for the pages of signed-in people; visitors get none. Nothing here is for a shared cache. */
export default plugin(async (app, { config, db, clock }: { config: Config; db: Db; clock: Clock }) => {
  const secure = config.publicUrl.startsWith('https:');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    // People come by https, as the public address says, whatever the proxy in front tells us.
    if (secure) Object.defineProperty(request, 'protocol', { value: 'https' });
  });
  // Before the session is written, so that whatever signs someone in, the browser is known.
  app.addHook('onSend', async ({ session, headers }) => {
    if (session?.signedInAt) session.device ??= deviceWords(headers['user-agent']);
  });
  const { champion, coordinator } = config.sessionLimits;
  await app.register(fastifySession, {
    secret: config.sessionSecret,
    cookieName: secure ? '__Host-session' : 'session',
    store: storeIn(db, clock, config.sessionLimits),
    saveUninitialized: false,
    rolling: true,
    cookie: {
      secure,
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      // The longer of the two: the table says when each session ends.
      maxAge: Math.max(champion.idleMinutes, coordinator.idleMinutes) * 60_000,
    },
  });
});
