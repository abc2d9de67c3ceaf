import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t from 'tap';
import { assetsVersion } from '../src/assets.ts';
import { type TestBrowser, testApp } from './helper.ts';
import {
  makeCampaign,
  makeChampion,
  makeEvent,
  makeKitItem,
  makeModule,
  makeNeighbourhood,
  makePitch,
  makeReportingRoute,
  makeSession,
  makeVenue,
} from './make.ts';
import { signedInChampion, signedInCoordinator, signIn } from './sign-in.ts';

const site = await testApp(t, { env: { METRICS_TOKEN: 'x'.repeat(32) } });
const { app, db, browser } = site;
const { id: neighbourhood_id, area_id: areaId } = await makeNeighbourhood(db, { slug: 'stall' });
const pitch = await makePitch(db, { venue_id: (await makeVenue(db, { neighbourhood_id })).id });
await makeCampaign(db, { slug: 'stall' });
const event = await makeEvent(db, { slug: 'stall', pitch_id: pitch.id });
const kitItem = await makeKitItem(db, { area_id: areaId });
await makeReportingRoute(db);
const session = await makeSession(db);
const ownSession = await makeSession(db, { pitch_id: pitch.id, module_id: session.module_id });
await makeModule(db, { slug: 'safeguarding', induction: false, ways: ['e-learning'] });
const { champion, browser: hers } = await signedInChampion(site);

type Answers = [
  visitor: number,
  champion: number,
  elsewhere: number,
  coordinator: number,
  administrator: number,
];

const everyone = (status: number): Answers => [status, status, status, status, status];

/**
 * What each route answers to those who have filled in nothing: a visitor, a champion, a coordinator of another area,
 * a coordinator of the area to which the things in the addresses belong, and an administrator of that area.
 */
const table: Record<string, Answers> = {
  'GET /': everyone(200),
  'GET /about': everyone(200),
  'GET /accessibility': everyone(200),
  'GET /assets/:version/*': everyone(200),
  'GET /attendance/accept': everyone(200),
  'GET /attendance/accepted': everyone(200),
  'GET /attendance/sent': everyone(200),
  'GET /attendance/withdraw': everyone(200),
  'GET /attendance/withdrawn': everyone(200),
  'GET /coordinate': [303, 404, 200, 200, 200],
  'GET /coordinate/campaigns/:slug/copies': [303, 404, 200, 200, 200],
  'GET /coordinate/events.csv': [303, 404, 200, 200, 200],
  'GET /coordinate/events/:slug/next': [303, 404, 404, 200, 200],
  'GET /coordinate/import': [303, 404, 200, 200, 200],
  'GET /coordinate/import/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/import/sample.csv': [303, 404, 200, 200, 200],
  'GET /coordinate/events/:slug/copies': [303, 404, 404, 200, 200],
  'GET /coordinate/week': [303, 404, 200, 200, 200],
  'GET /coordinate/broadcasts': [303, 404, 200, 200, 200],
  'GET /coordinate/broadcasts/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/broadcasts/:id/edit': [303, 404, 404, 404, 404],
  'GET /coordinate/broadcasts/:id/preview': [303, 404, 404, 404, 404],
  'GET /coordinate/campaigns/:slug/messages/new': [303, 404, 404, 404, 404],
  'GET /coordinate/events/:slug/messages/new': [303, 404, 404, 200, 200],
  'GET /coordinate/messages': [303, 404, 200, 200, 200],
  'GET /coordinate/messages/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/events/:slug/poster.pdf': [303, 404, 404, 200, 200],
  'GET /coordinate/events/:slug/print': [303, 404, 404, 200, 200],
  'GET /coordinate/events/:slug/table-card.pdf': [303, 404, 404, 200, 200],
  'GET /calendar/:secret.ics': everyone(404),
  'GET /campaigns/:slug': everyone(200),
  'GET /campaigns/:slug.ics': everyone(200),
  'GET /coordinate/campaigns': [303, 404, 200, 200, 200],
  'GET /coordinate/campaigns/:slug': [303, 404, 200, 200, 200],
  'GET /coordinate/campaigns/new': [303, 404, 200, 200, 200],
  'GET /coordinate/kit': [303, 404, 200, 200, 200],
  'GET /coordinate/kit/:item': [303, 404, 404, 200, 200],
  'GET /neighbourhoods/:slug.ics': everyone(200),
  'GET /coordinate/venues': [303, 404, 200, 200, 200],
  'GET /coordinate/venues/:venue': [303, 404, 404, 200, 200],
  'GET /coordinate/venues/:venue/edit': [303, 404, 404, 200, 200],
  'GET /coordinate/venues/new': [303, 404, 200, 200, 200],
  'GET /coordinate/account/second-factor': [303, 404, 200, 200, 200],
  'GET /coordinate/account/second-factor/authenticator-app': [303, 404, 200, 200, 200],
  'GET /coordinate/account/second-factor/passkeys/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/account/second-factor/passkeys/new': [303, 404, 200, 200, 200],
  'GET /coordinate/account/second-factor/recovery-codes': [303, 404, 303, 303, 303],
  'GET /coordinate/events/:slug/people': [303, 404, 404, 200, 200],
  'GET /events': everyone(200),
  'GET /events.ics': everyone(200),
  'GET /events/:slug': everyone(200),
  'GET /events/:slug.ics': everyone(200),
  'GET /events/:slug/attend': everyone(200),
  'GET /events/:slug/join': everyone(200),
  'GET /events/:slug/og.png': everyone(200),
  'GET /events/:slug/qr.svg': everyone(200),
  'GET /favicon.ico': everyone(200),
  'GET /healthz': everyone(200),
  'GET /j/:code': everyone(302),
  'GET /join': everyone(200),
  'GET /join/confirm': [200, 303, 303, 303, 303],
  'GET /join/under-16': everyone(200),
  'GET /left': everyone(200),
  'GET /mailbox': everyone(200),
  'GET /mailbox/:id': everyone(404),
  'GET /mailbox/:id.eml': everyone(404),
  'GET /mailbox/:id.html': everyone(404),
  'GET /me': [303, 200, 303, 303, 303],
  'GET /me/details': [303, 200, 303, 303, 303],
  'GET /me/leave': [303, 200, 303, 303, 303],
  'GET /metrics': everyone(404),
  'GET /privacy': everyone(200),
  'GET /readyz': everyone(200),
  'GET /report': everyone(200),
  'GET /robots.txt': everyone(200),
  'GET /sign-in': [200, 303, 303, 303, 303],
  'GET /sign-in/code': [200, 303, 303, 303, 303],
  'GET /sign-in/second-factor': [303, 404, 303, 303, 303],
  'GET /sitemap.xml': everyone(200),
  'GET /unsubscribe/:token': everyone(404),
  'POST /coordinate/broadcasts/:id': [303, 404, 404, 404, 404],
  'POST /coordinate/broadcasts/:id/sending': [303, 404, 404, 404, 404],
  'POST /coordinate/broadcasts/:id/test': [303, 404, 404, 404, 404],
  'POST /coordinate/campaigns/:slug/messages': [303, 404, 404, 404, 404],
  'POST /coordinate/events/:slug/messages': [303, 404, 404, 422, 422],
  'POST /coordinate/messages/:id/resending': [303, 404, 404, 404, 404],
  'POST /coordinate/messages/:id/trust': [303, 404, 404, 404, 404],
  'POST /coordinate/campaigns/:slug/copies': [303, 404, 422, 422, 422],
  'POST /coordinate/events/:slug/next': [303, 404, 404, 422, 422],
  'POST /coordinate/import': [303, 404, 422, 422, 422],
  'POST /coordinate/import/:id/confirmation': [303, 404, 404, 404, 404],
  'POST /coordinate/events/:slug/copies': [303, 404, 404, 422, 422],
  'POST /coordinate/campaigns': [303, 404, 422, 422, 422],
  'POST /coordinate/campaigns/:slug': [303, 404, 422, 422, 422],
  'POST /coordinate/kit': [303, 404, 422, 422, 422],
  'POST /coordinate/kit/:item': [303, 404, 404, 422, 422],
  'POST /coordinate/kit/:item/restoration': [303, 404, 404, 303, 303],
  'POST /coordinate/kit/:item/retirement': [303, 404, 404, 303, 303],
  'POST /coordinate/venues': [303, 404, 422, 422, 422],
  'POST /coordinate/venues/:venue': [303, 404, 404, 422, 422],
  'POST /coordinate/venues/:venue/closure': [303, 404, 404, 303, 303],
  'POST /coordinate/venues/:venue/pitches': [303, 404, 404, 422, 422],
  'POST /coordinate/venues/:venue/pitches/:pitch': [303, 404, 404, 422, 422],
  'POST /coordinate/venues/:venue/pitches/:pitch/closure': [303, 404, 404, 303, 303],
  'POST /coordinate/venues/:venue/pitches/:pitch/reopening': [303, 404, 404, 303, 303],
  'POST /coordinate/venues/:venue/reopening': [303, 404, 404, 303, 303],
  'POST /coordinate/account/second-factor/authenticator-app': [303, 404, 422, 422, 422],
  'POST /coordinate/account/second-factor/authenticator-app/removal': [303, 404, 303, 303, 303],
  'POST /coordinate/account/second-factor/passkeys': [303, 404, 422, 422, 422],
  'POST /coordinate/account/second-factor/passkeys/:id': [303, 404, 404, 404, 404],
  'POST /coordinate/account/second-factor/passkeys/:id/removal': [303, 404, 404, 404, 404],
  'POST /coordinate/account/second-factor/passkeys/challenge': [303, 404, 200, 200, 200],
  'POST /coordinate/account/second-factor/recovery-codes': [303, 404, 303, 303, 303],
  'POST /coordinate/account/second-factor/recovery-codes/receipt': [303, 404, 303, 303, 303],
  'POST /attendance/accept': everyone(422),
  'POST /attendance/withdraw': everyone(422),
  'POST /coordinate/events/:slug/people': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/people/:id/removal': [303, 404, 404, 404, 404],
  'POST /events/:slug/attendance': everyone(422),
  'POST /coordinate/coordinators/:id/second-factor-reset': [303, 404, 404, 404, 303],
  'POST /events/:slug/join': everyone(422),
  'POST /join': everyone(422),
  'POST /join/confirm': everyone(422),
  'POST /me/attendances/:id/withdrawal': [303, 303, 303, 303, 303],
  'POST /me/calendar-link': [303, 200, 303, 303, 303],
  'POST /me/calendar-link/revocation': [303, 303, 303, 303, 303],
  'POST /me/bookings': [303, 422, 303, 303, 303],
  'POST /me/bookings/:id/withdrawal': [303, 303, 303, 303, 303],
  'POST /me/bookings/:id/change': [303, 422, 303, 303, 303],
  'POST /me/bookings/:id/acceptance': [303, 422, 303, 303, 303],
  'GET /me/sessions': [303, 200, 303, 303, 303],
  'POST /me/consents/news': [303, 303, 303, 303, 303],
  'POST /me/consents/news/withdrawal': [303, 303, 303, 303, 303],
  'POST /me/departure': [303, 303, 303, 303, 303],
  'POST /me/details': [303, 422, 303, 303, 303],
  'POST /sign-in': everyone(422),
  'POST /sign-in/code': everyone(422),
  'POST /sign-in/second-factor': [303, 404, 303, 303, 303],
  'POST /sign-in/second-factor/passkey': [303, 404, 303, 303, 303],
  'POST /sign-in/second-factor/passkey-challenge': [303, 404, 200, 200, 200],
  'POST /sign-in/second-factor/recovery-code': [303, 404, 303, 303, 303],
  'POST /sign-out': everyone(303),
  'GET /coordinate/coordinators': [303, 404, 404, 404, 200],
  'GET /coordinate/coordinators/new': [303, 404, 404, 404, 200],
  'GET /coordinate/coordinators/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/settings': [303, 404, 404, 404, 200],
  'GET /coordinate/settings/reporting': [303, 404, 404, 404, 200],
  'GET /coordinate/settings/reporting/new': [303, 404, 404, 404, 200],
  'GET /coordinate/settings/reporting/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/areas': [303, 404, 404, 404, 200],
  'GET /coordinate/areas/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/audit': [303, 404, 404, 404, 200],
  'POST /coordinate/coordinators': [303, 404, 404, 404, 422],
  'POST /coordinate/coordinators/:id': [303, 404, 404, 404, 404],
  'POST /coordinate/coordinators/:id/end': [303, 404, 404, 404, 404],
  'POST /coordinate/settings': [303, 404, 404, 404, 422],
  'GET /coordinate/settings/learning-systems': [303, 404, 404, 404, 200],
  'POST /coordinate/settings/learning-systems/keys': [303, 404, 404, 404, 303],
  'POST /coordinate/settings/learning-systems/keys/:id/end': [303, 404, 404, 404, 404],
  'POST /coordinate/settings/learning-systems/activities': [303, 404, 404, 404, 422],
  'POST /coordinate/settings/learning-systems/activities/removal': [303, 404, 404, 404, 303],
  'GET /coordinate/training/import': [303, 404, 200, 200, 200],
  'GET /coordinate/training/import/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/training/import/sample.csv': [303, 404, 200, 200, 200],
  'POST /coordinate/training/import': [303, 404, 422, 422, 422],
  'POST /coordinate/training/import/:id/confirmation': [303, 404, 404, 404, 404],
  'POST /api/xapi/statements': everyone(401),
  'POST /coordinate/settings/reporting': [303, 404, 404, 404, 422],
  'POST /coordinate/settings/reporting/:id': [303, 404, 404, 404, 404],
  'POST /coordinate/settings/reporting/:id/removal': [303, 404, 404, 404, 303],
  'POST /coordinate/areas': [303, 404, 404, 404, 422],
  'POST /coordinate/areas/:id': [303, 404, 404, 404, 404],
  'POST /coordinate/areas/:id/neighbourhoods': [303, 404, 404, 404, 404],
  'POST /coordinate/areas/:id/neighbourhoods/:place': [303, 404, 404, 404, 404],
  'POST /unsubscribe/:token': everyone(404),
  'GET /me/devices': [303, 200, 303, 303, 303],
  'GET /me/address': [303, 303, 303, 303, 303],
  'GET /me/address/code': [303, 303, 303, 303, 303],
  'GET /coordinate/account/devices': [303, 404, 200, 200, 200],
  'GET /coordinate/account/address': [303, 404, 303, 303, 303],
  'GET /coordinate/account/address/code': [303, 404, 303, 303, 303],
  'POST /me/devices/:id/end': [303, 404, 303, 303, 303],
  'POST /me/devices/end-all': [303, 303, 303, 303, 303],
  'POST /me/address': [303, 303, 303, 303, 303],
  'POST /me/address/code': [303, 422, 303, 303, 303],
  'POST /coordinate/account/devices/:id/end': [303, 404, 404, 404, 404],
  'POST /coordinate/account/devices/end-all': [303, 404, 303, 303, 303],
  'POST /coordinate/account/address': [303, 404, 303, 303, 303],
  'POST /coordinate/account/address/code': [303, 404, 422, 422, 422],
  'GET /me/check': [303, 200, 303, 303, 303],
  'GET /me/check/code': [303, 303, 303, 303, 303],
  'GET /coordinate/account': [303, 404, 200, 200, 200],
  'GET /coordinate/account/check': [303, 404, 200, 200, 200],
  'GET /coordinate/account/check/code': [303, 404, 303, 303, 303],
  'POST /me/check': [303, 303, 303, 303, 303],
  'POST /me/check/code': [303, 422, 303, 303, 303],
  'POST /coordinate/account/check': [303, 404, 303, 303, 303],
  'POST /coordinate/account/check/code': [303, 404, 422, 422, 422],
  'GET /coordinate/events': [303, 404, 200, 200, 200],
  'GET /coordinate/events/:slug': [303, 404, 404, 200, 200],
  'GET /coordinate/events/:slug/edit': [303, 404, 404, 200, 200],
  'GET /coordinate/events/:slug/files/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/events/:slug/gates/:gate': [303, 404, 404, 200, 200],
  'GET /coordinate/events/new': [303, 404, 200, 200, 200],
  'POST /coordinate/events': [303, 404, 422, 422, 422],
  'POST /coordinate/events/:slug': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/cancellation': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/gates/:gate': [303, 404, 404, 303, 422],
  'POST /coordinate/events/:slug/gates/:gate/reopening': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/permission': [303, 404, 404, 303, 422],
  'POST /coordinate/events/:slug/postponement': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/publication': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/report': [303, 404, 404, 422, 422],
  'POST /coordinate/events/:slug/venue-request': [303, 404, 404, 422, 422],
  'GET /coordinate/training': [303, 404, 200, 200, 200],
  'GET /coordinate/training/modules': [303, 404, 200, 200, 200],
  'GET /coordinate/training/sessions': [303, 404, 200, 200, 200],
  'GET /certificates': everyone(200),
  'GET /certificates/:code': everyone(404),
  'POST /certificates': everyone(422),
  'GET /me/certificate': [303, 200, 303, 303, 303],
  'GET /.well-known/did.json': everyone(200),
  'GET /credentials/status/:list': everyone(200),
  'GET /me/certificate.json': [303, 404, 303, 303, 303],
  'GET /me/certificate.pdf': [303, 404, 303, 303, 303],
  'POST /me/certificate': [303, 303, 303, 303, 303],
  'POST /me/certificate/replacement': [303, 422, 303, 303, 303],
  'GET /coordinate/training/sessions/:session': [303, 404, 404, 200, 200],
  'GET /coordinate/training/sessions/:session/attendance': [303, 404, 404, 200, 200],
  'POST /coordinate/training/sessions/:session/attendance/:booking/removal': [303, 404, 404, 404, 404],
  'GET /coordinate/training/sessions/:session/cancellation': [303, 404, 404, 200, 200],
  'GET /coordinate/training/sessions/:session/copies': [303, 404, 404, 200, 200],
  'GET /coordinate/training/sessions/:session/edit': [303, 404, 404, 200, 200],
  'GET /coordinate/training/sessions/new': [303, 404, 200, 200, 200],
  'POST /coordinate/training/sessions': [303, 404, 422, 422, 422],
  'POST /coordinate/training/sessions/:session': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/attendance/:booking': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/attendance/:booking/pass': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/attendance/:booking/pass/withdrawal': [
    303, 404, 404, 422, 422,
  ],
  'POST /coordinate/training/sessions/:session/attendance/passes': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/attendance/walk-ins': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/cancellation': [303, 404, 404, 422, 422],
  'POST /coordinate/training/sessions/:session/copies': [303, 404, 404, 422, 422],
  'GET /coordinate/training/matrix': [303, 404, 200, 200, 200],
  'GET /coordinate/training/matrix.csv': [303, 404, 200, 200, 200],
  'GET /me/training/:slug': [303, 200, 303, 303, 303],
  'GET /me/training/:slug/:page': [303, 200, 303, 303, 303],
  'GET /me/training/:slug/pictures/:file': [303, 404, 303, 303, 303],
  'GET /me/training/:slug/quiz': [303, 200, 303, 303, 303],
  'POST /me/training/:slug/:page': [303, 303, 303, 303, 303],
  'POST /me/training/:slug/attempts': [303, 422, 303, 303, 303],
  'POST /me/training/:slug/quiz': [303, 404, 303, 303, 303],
  'GET /coordinate/training/modules/:slug': [303, 404, 404, 404, 200],
  'GET /coordinate/training/modules/new': [303, 404, 404, 404, 200],
  'POST /coordinate/training/modules': [303, 404, 404, 404, 422],
  'POST /coordinate/training/modules/:slug': [303, 404, 404, 404, 422],
  'POST /coordinate/training/modules/:slug/restoration': [303, 404, 404, 404, 303],
  'POST /coordinate/training/modules/:slug/retirement': [303, 404, 404, 404, 303],
  'GET /coordinate/training/champions/:id': [303, 404, 404, 404, 404],
  'GET /coordinate/training/champions/:id/passes/new': [303, 404, 404, 404, 404],
  'GET /coordinate/training/records/:id/correction': [303, 404, 404, 404, 404],
  'POST /coordinate/training/champions/:id/passes': [303, 404, 404, 404, 404],
  'POST /coordinate/training/champions/:id/pause': [303, 404, 404, 404, 404],
  'POST /coordinate/training/champions/:id/return': [303, 404, 404, 404, 404],
  'POST /coordinate/training/champions/:id/suspension': [303, 404, 404, 404, 404],
  'POST /coordinate/training/records/:id/correction': [303, 404, 404, 404, 404],
  'GET /coordinate/training/forward': [303, 404, 200, 200, 200],
};

/** A route by its plain name: without the patterns of its parameters. */
const plain = (route: string) => route.replace(/\(\^.*?\)(?=\.|\/|$)/g, '');

const addressOf = (route: string) =>
  route
    .replace(/^\w+ /, '')
    .replace('/training/:slug', '/training/safeguarding')
    .replace('/modules/:slug', '/modules/safeguarding')
    .replace(':page', '1')
    .replace(':file', 'none.png')
    .replace(':slug', 'stall')
    .replace(':secret', 'x'.repeat(43))
    .replace(':venue', pitch.venue_id)
    .replace(':item', kitItem.id)
    .replace(':session', ownSession.id)
    .replace(':booking', randomUUID())
    .replace(':pitch', pitch.id)
    .replace(':code', event.code)
    .replace(':gate', 'briefing')
    .replace(':version', assetsVersion)
    .replace('*', 'favicon.svg')
    .replace(':list', '1')
    .replace(':id', randomUUID())
    .replace(':place', randomUUID());

const ask = (browser: TestBrowser, route: string) =>
  browser.send({ method: route.split(' ')[0] as 'GET', url: addressOf(route) });

t.test('every route is in the table, and nothing else is', async (t) => {
  const routes = [...app.accessByRoute.keys()].map(plain);
  t.same(routes.filter((route) => !route.startsWith('HEAD ')).sort(), Object.keys(table).sort());
  const heads = Object.keys(table).filter((route) => route.startsWith('GET '));
  t.same(
    routes.filter((route) => route.startsWith('HEAD ')).sort(),
    heads.map((route) => `HEAD${route.slice(3)}`).sort(),
  );
});

/** After these a person is not signed in any more. */
const ENDS_SESSION = new Set([
  'POST /sign-out',
  'POST /me/departure',
  'POST /me/devices/end-all',
  'POST /coordinate/account/devices/end-all',
]);

const hats: [name: string, enter: () => Promise<TestBrowser>][] = [
  ['a visitor', async () => browser()],
  ['a champion', async () => signIn(site, (await makeChampion(db)).email)],
  ['a coordinator elsewhere', async () => (await signedInCoordinator(site)).browser],
  ['a coordinator', async () => (await signedInCoordinator(site, { areaId })).browser],
  [
    'an administrator',
    async () => (await signedInCoordinator(site, { areaId, administrator: true })).browser,
  ],
];

t.test('who may do what', async (t) => {
  for (const [at, [name, enter]] of hats.entries()) {
    let theirs = await enter();
    for (const [route, answers] of Object.entries(table)) {
      t.equal((await ask(theirs, route)).statusCode, answers[at], `${route}, ${name}`);
      if (ENDS_SESSION.has(route)) theirs = await enter();
    }
  }
});

t.test('what is a champion’s sends a visitor to sign in, and says nothing else', async (t) => {
  const declared = [...app.accessByRoute]
    .filter(([, access]) => access === 'champion')
    .map(([route]) => plain(route));
  const theirs = Object.keys(table).filter((route) => / \/me(\/|$)/.test(route));
  t.same(declared.filter((route) => !route.startsWith('HEAD ')).sort(), theirs.sort());
  for (const route of theirs) {
    const response = await ask(browser(), route);
    t.equal(response.headers.location, '/sign-in', route);
    t.equal(response.body, '');
  }
});

t.test('what is a coordinator’s sends a visitor to sign in, and says nothing else', async (t) => {
  const declared = [...app.accessByRoute]
    .filter(([, access]) => access === 'coordinator' || access === 'administrator')
    .map(([route]) => plain(route));
  const theirs = Object.keys(table).filter((route) =>
    / \/(coordinate|sign-in\/second-factor)(\/|$)/.test(route),
  );
  t.same(declared.filter((route) => !route.startsWith('HEAD ')).sort(), theirs.sort());
  for (const route of theirs) {
    const response = await ask(browser(), route);
    t.equal(response.headers.location, '/sign-in', route);
    t.equal(response.body, '');
  }
});

t.test('a paused or suspended champion still sees their own page', async (t) => {
  for (const state of ['paused', 'suspended', 'awaiting guardian'] as const) {
    const { browser } = await signedInChampion(site, { state });
    t.equal((await browser.get('/me')).statusCode, 200, state);
    t.equal((await browser.post('/me/bookings', { session: session.id })).statusCode, 422, state);
  }
});

/** But who read what is written down; and the queue says every minute that it lives, which a slow run sees. */
t.test('a GET changes nothing, whoever sends it, with whatever behind it', async (t) => {
  const tables = await sql<{ name: string }>`
    select table_schema || '.' || table_name as name from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'
      and table_name not in ('browser_sessions', 'audit_entries', 'instance', 'version') order by 1`.execute(
    db,
  );
  const contents = async () => {
    const found: Record<string, unknown> = {};
    for (const { name } of tables.rows) {
      const rows = await sql<{ all: string }>`select coalesce(json_agg(t order by t::text), '[]')::text as all
        from ${sql.table(name)} t`.execute(db);
      found[name] = rows.rows[0]?.all;
    }
    return found;
  };
  const visitor = browser();
  const { browser: coordinators } = await signedInCoordinator(site, { areaId, administrator: true });
  const before = await contents();
  t.ok(Object.keys(before).length > 15);
  for (const route of Object.keys(table).filter((route) => route.startsWith('GET '))) {
    for (const query of ['', '?source=qr&email=alice@example.org&code=ABCDEFGH&session=x&updates=yes']) {
      for (const who of [visitor, hers, coordinators]) await who.get(addressOf(route) + query);
    }
  }
  t.same(await contents(), before);
  const { count } = await db
    .selectFrom('browser_sessions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('champion_id', '=', champion.id)
    .executeTakeFirstOrThrow();
  t.equal(count, 1, 'and the champion is still signed in once');
});
