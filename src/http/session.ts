import { createHash } from 'node:crypto';
import fastifySession, { type SessionStore } from '@fastify/session';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';

declare module 'fastify' {
  interface Session {
    championId?: string;
    coordinatorId?: string;
    /** When they signed in, in milliseconds since the epoch: sessions end after MAX_HOURS whatever is done in them. */
    signedInAt?: number;
    /** A sentence to show once, on the next page. */
    notice?: string;
    /** Until when they have shown, by a code sent to their address, that it is still them: see `config.fresh`. */
    freshUntil?: number;
    /** The page to go on to once they have. */
    afterCheck?: string;
  }
}

const IDLE_MINUTES = 30;
const MAX_HOURS = 12;

const hashOf = (id: string) => createHash('sha256').update(id).digest();

/** What the database knows the session of a request by. */
export const sessionHash = ({ session }: FastifyRequest) => hashOf(session.sessionId);

type Callback = (error?: unknown) => void;
const answer = (work: Promise<unknown>, callback: Callback) => work.then(() => callback(), callback);

/** Keeps sessions in `browser_sessions` by the hash of their id: who reads the table cannot use one. */
const storeIn = (db: Db, clock: Clock): SessionStore => ({
  set(id, session, callback) {
    const { championId = null, coordinatorId = null, signedInAt } = session;
    const now = clock.now();
    const idle = now.add({ minutes: IDLE_MINUTES });
    const last = signedInAt
      ? Temporal.Instant.fromEpochMilliseconds(signedInAt).add({ hours: MAX_HOURS })
      : idle;
    const row = {
      champion_id: championId,
      coordinator_id: coordinatorId,
      data: JSON.stringify(session),
      expires_at: Temporal.Instant.compare(idle, last) < 0 ? idle : last,
    };
    // Someone signed in has a row already: where it is gone, they signed out meanwhile, and stay out.
    const write = signedInAt
      ? db.updateTable('browser_sessions').set(row).where('id_hash', '=', hashOf(id))
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
  await app.register(fastifySession, {
    secret: config.sessionSecret,
    cookieName: secure ? '__Host-session' : 'session',
    store: storeIn(db, clock),
    saveUninitialized: false,
    rolling: true,
    cookie: { secure, httpOnly: true, sameSite: 'lax', path: '/', maxAge: IDLE_MINUTES * 60_000 },
  });
});
