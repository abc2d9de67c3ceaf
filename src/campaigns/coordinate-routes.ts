import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyTexts, typedTexts } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { CAMPAIGN_WORDS, CampaignForm, readCampaign } from './campaign-form.ts';
import { datesInWords, withHash } from './campaign-page.ts';
import { type Campaign, findCampaign, listCampaigns } from './campaigns.ts';
import { addCampaign, changeCampaign } from './save-campaign.ts';

const LIST = '/coordinate/campaigns';
const ONE = `${LIST}/:slug(^[a-z0-9-]{1,120}$)`;
type OfSlug = { Params: { slug: string } };

const valuesOf = (campaign: Campaign) => ({
  name: campaign.name,
  summary: campaign.summary,
  startsOn: campaign.startsOn,
  endsOn: campaign.endsOn,
  messages: campaign.messages.join('\n'),
  hashtags: campaign.hashtags.map(withHash).join(' '),
});

/** Campaigns as coordinators keep them. They belong to the programme, not to an area. */
export default async (app: FastifyInstance, { db, clock }: Deps) => {
  const config = { access: 'coordinator' } as const;
  const form = {
    config,
    schema: { body: CampaignForm },
    attachValidation: true,
    preValidation: tidyTexts,
  };

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { campaign?: Campaign; values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => reply.page('campaigns/form', { ...given, coordinator: request.coordinator });

  app.get(LIST, { config }, async (request, reply) => {
    const campaigns = await listCampaigns(db);
    return reply.page('campaigns/list', {
      campaigns: campaigns.map((campaign) => ({ ...campaign, when: datesInWords(campaign) })),
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  });

  app.get(`${LIST}/new`, { config }, (request, reply) => showForm(request, reply));

  app.post(LIST, form, async (request, reply) => {
    const values = typedTexts(request);
    const read = readCampaign(values, fieldErrors(request, CAMPAIGN_WORDS));
    if (read.errors) return showForm(request, reply.code(422), { values, errors: read.errors });
    await addCampaign(db, request.actor(), read.plan, clock.now());
    return seeOther(request, reply, LIST, 'The campaign is saved.');
  });

  const found = async (slug: string) => {
    const campaign = await findCampaign(db, slug);
    if (!campaign) throw new PageError(404);
    return campaign;
  };

  app.get<OfSlug>(ONE, { config }, async (request, reply) => {
    const campaign = await found(request.params.slug);
    return showForm(request, reply, { campaign, values: valuesOf(campaign) });
  });

  app.post<OfSlug>(ONE, form, async (request, reply) => {
    const { slug } = request.params;
    const campaign = await found(slug);
    const values = typedTexts(request);
    const read = readCampaign(values, fieldErrors(request, CAMPAIGN_WORDS));
    if (read.errors) return showForm(request, reply.code(422), { campaign, values, errors: read.errors });
    const changed = await changeCampaign(db, request.actor(), { slug, plan: read.plan }, clock.now());
    if (!changed) throw new PageError(404);
    return seeOther(request, reply, LIST, 'The campaign is saved.');
  });
};
