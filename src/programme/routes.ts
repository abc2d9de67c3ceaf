import type { FastifyInstance, FastifyReply } from 'fastify';
import { listCampaignPages } from '../campaigns/campaigns.ts';
import type { Deps } from '../deps.ts';
import { listEventPages, nextEvents } from '../events/events.ts';
import { campaignsToCome } from './campaigns.ts';
import { NOTICE_VERSION, UPDATES_WORDING } from './notice.ts';
import { reportingRoutes } from './reporting.ts';
import { robotsTxt, sitemapXml } from './sitemap.ts';

/** The event in the hero, and those under 'What’s on near you'. */
const EVENTS_AT_HOME = 4;

/** The programme's own pages: home, reporting, and what the law asks us to say. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const open = { config: { access: 'everyone' } } as const;
  const { publicUrl } = config;

  const page = (
    reply: FastifyReply,
    path: string,
    name: string,
    read: () => Promise<object> | object = () => ({}),
  ) =>
    reply.publicPage(path, async () =>
      reply.html(`programme/${name}`, { canonicalUrl: publicUrl + path, ...(await read()) }),
    );

  app.get('/', open, (_request, reply) =>
    page(reply, '/', 'home', async () => {
      const { timeZone } = await content.programme();
      const [next, ...more] = await nextEvents(db, EVENTS_AT_HOME, timeZone, clock.now());
      return { next, more };
    }),
  );

  app.get('/report', open, (_request, reply) =>
    page(reply, '/report', 'report', async () => {
      const { timeZone } = await content.programme();
      return reportingRoutes(db, timeZone, clock.now());
    }),
  );

  app.get('/about', open, (_request, reply) =>
    page(reply, '/about', 'about', async () => {
      const { timeZone } = await content.programme();
      return { campaigns: await campaignsToCome(db, timeZone, clock.now()) };
    }),
  );

  app.get('/privacy', open, (_request, reply) =>
    page(reply, '/privacy', 'privacy', () => ({
      noticeVersion: NOTICE_VERSION,
      updatesWording: UPDATES_WORDING.text,
    })),
  );

  app.get('/accessibility', open, (_request, reply) => page(reply, '/accessibility', 'accessibility'));

  app.get('/robots.txt', open, (_request, reply) =>
    reply.publicPage('/robots.txt', async () => robotsTxt(publicUrl), {
      contentType: 'text/plain; charset=utf-8',
      perMinute: false,
    }),
  );

  app.get('/sitemap.xml', open, (_request, reply) =>
    reply.publicPage(
      '/sitemap.xml',
      async () => sitemapXml(publicUrl, await listEventPages(db), await listCampaignPages(db)),
      {
        contentType: 'application/xml; charset=utf-8',
        perMinute: false,
      },
    ),
  );
};
