import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { readDate } from '../events/filters.ts';
import { listCampaigns, readWeek, weekOf } from './week.ts';
import { readWeekClashes } from './week-clashes.ts';
import { weekPage } from './week-page.ts';

const WeekQuery = Type.Object(
  { from: Type.Optional(Type.String()), campaign: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
const FROM = 'Enter a real date to look from, like 16/10/2027';

/** The week at a glance. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  app.get<{ Querystring: Static<typeof WeekQuery> }>(
    '/coordinate/week',
    { config: { access: 'coordinator' }, schema: { querystring: WeekQuery }, attachValidation: true },
    async (request, reply) => {
      const { timeZone } = await content.programme();
      const typed = request.validationError ? {} : request.query;
      const now = clock.now();
      const from = typed.from?.trim();
      const date = from && readDate(from);
      const day = date ? Temporal.PlainDate.from(date) : now.toZonedDateTimeISO(timeZone).toPlainDate();
      const week = weekOf(day, timeZone);
      const [events, clashes, campaigns] = await Promise.all([
        readWeek(db, request.coordinator.areaIds, week),
        readWeekClashes(db, request.coordinator.areaIds, week, timeZone, now),
        content.keep('campaigns', String(await content.version()), () => listCampaigns(db)),
      ]);
      const campaign = campaigns.find(({ slug }) => slug === typed.campaign)?.slug;
      const page = weekPage({ week, events, clashes, campaigns, campaign, timeZone, now });
      const { notice } = request.session;
      if (notice) request.session.notice = undefined;
      const wrong = from && !date;
      return reply.code(wrong ? 422 : 200).page('planning/week', {
        ...page,
        ...(wrong ? { errors: { from: FROM }, values: { ...page.values, from } } : {}),
        flash: notice && { type: 'success', text: notice },
        coordinator: request.coordinator,
      });
    },
  );
};
