import { randomUUID } from 'node:crypto';
import AjvCompiler from '@fastify/ajv-compiler';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyServerOptions, LogController } from 'fastify';
import account from './accounts/account-routes.ts';
import address from './accounts/address-routes.ts';
import auditRecord from './accounts/audit-routes.ts';
import { findCoordinator } from './accounts/coordinators.ts';
import coordinators from './accounts/coordinators-routes.ts';
import devices from './accounts/devices-routes.ts';
import freshCode from './accounts/fresh-code-routes.ts';
import accounts from './accounts/routes.ts';
import secondFactor from './accounts/second-factor-routes.ts';
import secondFactorSettings from './accounts/second-factor-settings-routes.ts';
import coordinateCampaigns from './campaigns/coordinate-routes.ts';
import campaigns from './campaigns/routes.ts';
import certificateChecks from './certificates/check-routes.ts';
import credentialIssuer from './certificates/issuer-routes.ts';
import ownCertificate from './certificates/me-routes.ts';
import ownCalendars from './champions/calendar-routes.ts';
import me from './champions/me-routes.ts';
import champions from './champions/routes.ts';
import completions from './completions/import-routes.ts';
import learningSystems from './completions/learning-systems-routes.ts';
import xapi from './completions/xapi-routes.ts';
import type { Config } from './config.ts';
import coordinate from './coordinate/routes.ts';
import type { Database } from './db.ts';
import type { Deps } from './deps.ts';
import type { Courses } from './elearning/course.ts';
import quizzes from './elearning/quiz-routes.ts';
import { readCourses } from './elearning/read-courses.ts';
import elearning from './elearning/routes.ts';
import attend from './events/attend-routes.ts';
import feeds from './events/feed-routes.ts';
import gates from './events/gate-routes.ts';
import people from './events/people-routes.ts';
import pictures from './events/picture-routes.ts';
import plan from './events/plan-routes.ts';
import planned from './events/planned-routes.ts';
import print from './events/print-routes.ts';
import events from './events/routes.ts';
import access from './http/access.ts';
import assets from './http/assets.ts';
import browser from './http/browser.ts';
import closing from './http/closing.ts';
import csrf from './http/csrf.ts';
import errors from './http/errors.ts';
import fresh from './http/fresh.ts';
import headers from './http/headers.ts';
import health from './http/health.ts';
import limits from './http/limits.ts';
import metrics from './http/metrics.ts';
import publicPage from './http/public-page.ts';
import { readableAddress } from './http/readable-address.ts';
import requestLog from './http/request-log.ts';
import session from './http/session.ts';
import views from './http/views.ts';
import type { Queue } from './jobs.ts';
import kit from './kit/routes.ts';
import mailbox from './mail/routes.ts';
import broadcasts from './messages/broadcast-routes.ts';
import messages from './messages/routes.ts';
import unsubscribe from './messages/unsubscribe-routes.ts';
import campaignCopies from './planning/campaign-copies-routes.ts';
import copies from './planning/copies-routes.ts';
import imports from './planning/import-routes.ts';
import nextEvent from './planning/next-routes.ts';
import planning from './planning/routes.ts';
import areas from './programme/areas-routes.ts';
import reporting from './programme/reporting-routes.ts';
import programme from './programme/routes.ts';
import settings from './programme/settings-routes.ts';
import { openPublicContent } from './public-content.ts';
import { loadTemplates, type Templates } from './templates.ts';
import type { Clock } from './time.ts';
import attendance from './training/attendance-routes.ts';
import bookings from './training/booking-routes.ts';
import championTraining from './training/champion-training-routes.ts';
import forward from './training/forward-routes.ts';
import matrix from './training/matrix-routes.ts';
import modulePlans from './training/module-plan-routes.ts';
import modules from './training/module-routes.ts';
import removals from './training/removal-routes.ts';
import training from './training/routes.ts';
import sessionCopies from './training/session-copies-routes.ts';
import sessionPlans from './training/session-plan-routes.ts';
import trainingSessions from './training/session-routes.ts';
import pitches from './venues/pitch-routes.ts';
import venues from './venues/routes.ts';

const KILOBYTE = 1024;

/** The process's own, so that each app that a test builds finds the schemas compiled. */
const buildValidator = AjvCompiler();

/** The whole web application, as production runs it and tests speak to it; of a worker, only its health pages. */
export const buildApp = async (
  config: Config,
  { db }: Pick<Database, 'db'>,
  queue: Queue,
  clock: Clock,
  {
    templates = loadTemplates(),
    courses = readCourses(config.contentDir),
    log: loggerInstance,
  }: { templates?: Templates; courses?: Courses; log?: FastifyServerOptions['loggerInstance'] } = {},
) => {
  const app = fastify({
    ...(loggerInstance ? { loggerInstance } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: config.trustProxy,
    bodyLimit: 64 * KILOBYTE,
    requestTimeout: 15_000,
    keepAliveTimeout: 60_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    rewriteUrl: readableAddress,
    ajv: { customOptions: { allErrors: true } },
    schemaController: { compilersFactory: { buildValidator } },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16 * KILOBYTE },
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * KILOBYTE },
  }).withTypeProvider<TypeBoxTypeProvider>();

  const content = openPublicContent(db);
  const deps: Deps = { config, db, queue, clock, content, templates, courses };
  const secure = config.publicUrl.startsWith('https:');

  await app.register(closing);
  await app.register(requestLog);
  await app.register(headers, { secure });
  await app.register(views, deps);
  await app.register(access, {
    findCoordinator: (id: string) => findCoordinator(db, id),
    secondFactorNeeded: config.environment === 'production',
  });
  await app.register(fresh, deps);
  await app.register(errors);
  await app.register(csrf, { origin: config.publicUrl });
  await app.register(cookie);
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  await app.register(browser, { secure });
  await app.register(limits, deps);
  await app.register(publicPage, deps);
  await app.register(assets);
  await app.register(health, deps);
  if (config.metricsToken) await app.register(metrics, { db, token: config.metricsToken });
  if (config.process === 'worker') return app;

  await app.register(programme, deps);
  await app.register(events, deps);
  await app.register(pictures, deps);
  await app.register(attend, deps);
  await app.register(feeds, deps);
  await app.register(campaigns, deps);
  await app.register(champions, deps);
  await app.register(unsubscribe, deps);
  await app.register(certificateChecks, deps);
  await app.register(credentialIssuer, deps);
  await app.register(xapi, deps);
  await app.register(async (signedIn) => {
    await signedIn.register(session, deps);
    await signedIn.register(accounts, deps);
    await signedIn.register(me, deps);
    await signedIn.register(bookings, deps);
    await signedIn.register(removals, deps);
    await signedIn.register(ownCalendars, deps);
    await signedIn.register(coordinate, deps);
    await signedIn.register(people, deps);
    await signedIn.register(venues, deps);
    await signedIn.register(pitches, deps);
    await signedIn.register(secondFactor, deps);
    await signedIn.register(secondFactorSettings, deps);
    await signedIn.register(kit, deps);
    await signedIn.register(coordinateCampaigns, deps);
    await signedIn.register(freshCode, deps);
    await signedIn.register(account, deps);
    await signedIn.register(planning, deps);
    await signedIn.register(messages, deps);
    await signedIn.register(broadcasts, deps);
    await signedIn.register(devices, deps);
    await signedIn.register(address, deps);
    await signedIn.register(copies, deps);
    await signedIn.register(print, deps);
    await signedIn.register(nextEvent, deps);
    await signedIn.register(campaignCopies, deps);
    await signedIn.register(coordinators, deps);
    await signedIn.register(auditRecord, deps);
    await signedIn.register(settings, deps);
    await signedIn.register(reporting, deps);
    await signedIn.register(areas, deps);
    await signedIn.register(planned, deps);
    await signedIn.register(plan, deps);
    await signedIn.register(gates, deps);
    await signedIn.register(imports, deps);
    await signedIn.register(training, deps);
    await signedIn.register(modules, deps);
    await signedIn.register(trainingSessions, deps);
    await signedIn.register(ownCertificate, deps);
    await signedIn.register(completions, deps);
    await signedIn.register(learningSystems, deps);
    await signedIn.register(sessionPlans, deps);
    await signedIn.register(sessionCopies, deps);
    await signedIn.register(attendance, deps);
    await signedIn.register(matrix, deps);
    await signedIn.register(forward, deps);
    await signedIn.register(elearning, deps);
    await signedIn.register(quizzes, deps);
    await signedIn.register(modulePlans, deps);
    await signedIn.register(championTraining, deps);
  });
  if (config.environment !== 'production' && !config.smtpUrl) await app.register(mailbox, deps);
  return app;
};
