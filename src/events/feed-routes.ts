import type { FastifyInstance } from 'fastify';
import { findCampaign } from '../campaigns/campaigns.ts';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { findNeighbourhood } from '../programme/neighbourhoods.ts';
import { type FeedOf, openFeed } from './feed.ts';

const CALENDAR = { contentType: 'text/calendar; charset=utf-8', perMinute: false };
const SLUG = ':slug(^[a-z0-9-]{1,120})';
/** The first pages go first: thousands of events keep the embedded database busy for some tenths of a second. */
const WARM_AFTER_MS = 1_000;
type OfSlug = { Params: { slug: string } };

/** Calendars that people follow: all events, a campaign's, a neighbourhood's. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const open = { config: { access: 'everyone' } } as const;
  const feed = openFeed(db, config.publicUrl);

  const warm = async () => {
    try {
      await feed.warm((await content.programme()).timeZone, clock.now());
    } catch (error) {
      app.log.warn({ err: { type: (error as Error).name } }, 'calendar feed not warmed');
    }
  };
  let warming: NodeJS.Timeout | undefined;
  app.addHook('onListen', async () => {
    warming = setTimeout(warm, WARM_AFTER_MS);
  });
  app.addHook('onClose', async () => clearTimeout(warming));

  /** The same for a whole day, unless an event of it changes. */
  const key = (path: string) => `${path} ${clock.now().toString().slice(0, 10)}`;

  /** Its name says what and where only: people share calendars. */
  const write = async (of: FeedOf, where: (place: string) => string = (place) => place) => {
    const { timeZone, place, name } = await content.programme();
    return feed.write(`What’s on: ${where(place || name)}`, timeZone, clock.now(), of);
  };

  app.get('/events.ics', open, (_request, reply) =>
    reply.publicPage(key('/events.ics'), () => write({}), CALENDAR),
  );

  app.get<OfSlug>(`/campaigns/${SLUG}.ics`, open, ({ params: { slug } }, reply) => {
    const make = async () => {
      const campaign = await findCampaign(db, slug);
      if (!campaign) throw new PageError(404);
      return write({ campaignId: campaign.id }, (place) => `${place}, from ${campaign.startsOn}`);
    };
    return reply.publicPage(key(`/campaigns/${slug}.ics`), make, CALENDAR);
  });

  app.get<OfSlug>(`/neighbourhoods/${SLUG}.ics`, open, ({ params: { slug } }, reply) => {
    const make = async () => {
      const neighbourhood = await findNeighbourhood(db, slug);
      if (!neighbourhood) throw new PageError(404);
      return write({ neighbourhoodId: neighbourhood.id }, () => neighbourhood.name);
    };
    return reply.publicPage(key(`/neighbourhoods/${slug}.ics`), make, CALENDAR);
  });
};
