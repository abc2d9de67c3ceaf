import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { eventsOfCampaign } from '../events/events.ts';
import { PageError } from '../http/page-error.ts';
import { campaignPage } from './campaign-page.ts';
import { findCampaign } from './campaigns.ts';

/** A campaign's own page: what it says, and what is on, by day and neighbourhood. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  app.get<{ Params: { slug: string } }>(
    '/campaigns/:slug(^[a-z0-9-]{1,120}$)',
    { config: { access: 'everyone' } },
    async ({ params: { slug } }, reply) =>
      reply.publicPage(`/campaigns/${slug}`, async () => {
        const campaign = await findCampaign(db, slug);
        if (!campaign) throw new PageError(404);
        const { timeZone } = await content.programme();
        const rows = await eventsOfCampaign(db, campaign.id);
        return reply.html('campaigns/show', {
          ...campaignPage(campaign, rows, timeZone, clock.now()),
          nav: 'events',
          canonicalUrl: `${config.publicUrl}/campaigns/${slug}`,
        });
      }),
  );
};
