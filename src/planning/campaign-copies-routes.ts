import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { readDate } from '../events/filters.ts';
import { type FieldErrors, fieldErrors, tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { formatDate } from '../time.ts';
import {
  aYearOn,
  copyCampaign,
  findSourceCampaign,
  nameInYear,
  planCampaignCopy,
  type SourceCampaign,
} from './campaign-copies.ts';
import { copiedNotice, copyRow, countOf, sumUp } from './copies-page.ts';
import { weekAddress } from './week-page.ts';

const LONGEST_NAME = 120;
const NAME = `Enter a name of up to ${LONGEST_NAME} letters`;
const FIRST_DAY = 'Enter a real first day, like 16/10/2027';
const WORDS = { name: NAME, startsOn: FIRST_DAY };

const CampaignForm = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: LONGEST_NAME })), startsOn: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
type CampaignForm = Static<typeof CampaignForm>;
type Params = { slug: string };

const withYear = (date: Temporal.PlainDate) => formatDate(date, { year: 'numeric' });

/** The name and first day of a copy: as typed, or a year on. */
const readForm = (typed: CampaignForm, campaign: SourceCampaign, today: Temporal.PlainDate) => {
  const source = Temporal.PlainDate.from(campaign.startsOn);
  const errors: FieldErrors = {};
  const iso = typed.startsOn && readDate(typed.startsOn);
  const startsOn = iso ? Temporal.PlainDate.from(iso) : aYearOn(source);
  const name =
    typed.name?.replaceAll(/\p{Cc}+/gu, ' ').trim() || nameInYear(campaign.name, source.year, startsOn.year);
  if (typed.startsOn && !iso) errors.startsOn = FIRST_DAY;
  else if (Temporal.PlainDate.compare(startsOn, today) < 0)
    errors.startsOn = `Choose a first day from today on: ${withYear(startsOn)} is over`;
  else if (startsOn.equals(source)) errors.startsOn = 'Choose another first day than the campaign itself has';
  return { startsOn, name, errors };
};

/** A campaign copied to another year: looked at first, then added. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const address = '/coordinate/campaigns/:slug(^[a-z0-9-]{1,120}$)/copies';
  const options = {
    config: { access: 'coordinator' } as const,
    attachValidation: true,
    preValidation: tidyForm,
  };

  const read = async (request: FastifyRequest<{ Params: Params }>, typed: CampaignForm) => {
    const campaign = await findSourceCampaign(db, request.params.slug);
    if (!campaign) throw new PageError(404);
    const { timeZone } = await content.programme();
    const now = clock.now();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const shape = fieldErrors(request, WORDS);
    const form = readForm(request.validationError ? {} : typed, campaign, today);
    return { ...form, typed, errors: { ...form.errors, ...shape }, campaign, timeZone, now };
  };

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Awaited<ReturnType<typeof read>>,
  ) => {
    const { campaign, typed, startsOn, name, errors, timeZone, now } = asked;
    const wrong = Object.keys(errors).length > 0;
    const plan = wrong ? undefined : await planCampaignCopy(db, request.coordinator.areaIds, asked, now);
    return reply.code(wrong ? 422 : 200).page('planning/campaign-copies', {
      campaign,
      when: `${withYear(Temporal.PlainDate.from(campaign.startsOn))} to ${withYear(Temporal.PlainDate.from(campaign.endsOn))}`,
      values: {
        name: typed.name ?? name,
        startsOn: wrong && typed.startsOn ? typed.startsOn : startsOn.toString(),
      },
      errors: wrong ? errors : undefined,
      preview: plan && {
        when: `${withYear(startsOn)} to ${withYear(plan.endsOn)}`,
        there: plan.there,
        weekdays: plan.days % 7 !== 0 && {
          from: formatDate(Temporal.PlainDate.from(campaign.startsOn), { day: undefined, month: undefined }),
          to: formatDate(startsOn, { day: undefined, month: undefined }),
        },
        sum: plan.copies.length > 0 && sumUp(plan.copies),
        rows: plan.copies.map((copy) => copyRow(copy, timeZone, now)),
        name,
        startsOn: startsOn.toString(),
        any: !plan.there || plan.copies.some(({ fit }) => fit.fits),
        button: plan.there
          ? `Add ${countOf(plan.copies.filter(({ fit }) => fit.fits).length, '1 draft', 'drafts')}`
          : 'Copy the campaign',
      },
      coordinator: request.coordinator,
    });
  };

  app.get<{ Params: Params; Querystring: CampaignForm }>(
    address,
    { ...options, preValidation: undefined, schema: { querystring: CampaignForm } },
    async (request, reply) => {
      const typed = Object.entries(request.query).filter(([, value]) => value !== '');
      return show(request, reply, await read(request, Object.fromEntries(typed)));
    },
  );

  app.post<{ Params: Params; Body: CampaignForm }>(
    address,
    { ...options, schema: { body: CampaignForm } },
    async (request, reply) => {
      const asked = await read(request, request.body);
      if (!request.body.startsOn) asked.errors.startsOn = FIRST_DAY;
      if (Object.keys(asked.errors).length > 0) return show(request, reply, asked);
      const { timeZone, now, startsOn } = asked;
      const outcome = await db
        .transaction()
        .execute((trx) => copyCampaign(trx, request.actor(), request.coordinator.areaIds, asked, now));
      const { added, leftOut, slug, isNew } = outcome;
      request.session.notice =
        isNew || added.length > 0 || leftOut.length > 0
          ? `${isNew ? 'The campaign is copied. ' : ''}${copiedNotice({ added, leftOut }, timeZone, now)}`
          : 'All of it was copied before, so there was nothing to add.';
      return reply.redirect(weekAddress(startsOn, slug), 303);
    },
  );
};
