import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { formatDate } from '../time.ts';
import {
  addReporting,
  changeReporting,
  findReporting,
  listReporting,
  removeReporting,
} from './reporting-edit.ts';
import { REPORTING_WORDS, ReportingForm, readReporting } from './reporting-form.ts';

const Params = Type.Object({ id: uuidField });

const AT = '/coordinate/settings/reporting';

/** How long before its last day an entry is said to need a look. */
const SOON = { days: 30 };

/** Where to report and find support, for administrators to keep true. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const options = (schema?: { body?: object; params?: object }) => ({
    config: { access: 'administrator' } as const,
    ...(schema ? { schema } : {}),
    ...(schema?.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const idOf = (request: FastifyRequest) => (request.params as Static<typeof Params>).id;
  const today = async () =>
    clock
      .now()
      .toZonedDateTimeISO((await content.programme()).timeZone)
      .toPlainDate();
  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect(AT, 303);
  };

  app.get(AT, options(), async (request, reply) => {
    const day = await today();
    const soon = day.add(SOON).toString();
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    const rows = await listReporting(db);
    return reply.page('programme/reporting-list', {
      routes: rows.map((row) => ({
        ...row,
        checkBy: formatDate(Temporal.PlainDate.from(row.checkBy), { weekday: undefined, year: 'numeric' }),
        hidden: row.checkBy < day.toString(),
        soon: row.checkBy >= day.toString() && row.checkBy <= soon,
      })),
      flash: notice && { type: 'success', text: notice },
    });
  });

  app.get(`${AT}/new`, options(), async (_request, reply) => {
    const position = ((await listReporting(db)).at(-1)?.position ?? 0) + 1;
    return reply.page('programme/reporting-form', { action: AT, values: { position } });
  });

  app.post(AT, options({ body: ReportingForm }), async (request, reply) => {
    const values = typedValues(request);
    const read = readReporting(values, fieldErrors(request, REPORTING_WORDS), (await today()).toString());
    if ('errors' in read)
      return reply.code(422).page('programme/reporting-form', { action: AT, values, errors: read.errors });
    await addReporting(db, request.actor(), read.entry, clock.now());
    return back(request, reply, `${read.entry.name} is on the page now.`);
  });

  app.get(`${AT}/:id`, options({ params: Params }), async (request, reply) => {
    const id = idOf(request);
    const found = await findReporting(db, id);
    if (!found) throw new PageError(404);
    return reply.page('programme/reporting-form', {
      action: `${AT}/${id}`,
      id,
      values: { ...found, emergency: found.emergency ? 'yes' : undefined },
    });
  });

  app.post(`${AT}/:id`, options({ params: Params, body: ReportingForm }), async (request, reply) => {
    const id = idOf(request);
    if (!(await findReporting(db, id))) throw new PageError(404);
    const values = typedValues(request);
    const read = readReporting(values, fieldErrors(request, REPORTING_WORDS), (await today()).toString());
    if ('errors' in read) {
      const again = { action: `${AT}/${id}`, id, values, errors: read.errors };
      return reply.code(422).page('programme/reporting-form', again);
    }
    if (!(await changeReporting(db, request.actor(), id, read.entry, clock.now()))) throw new PageError(404);
    return back(request, reply, `${read.entry.name} is saved.`);
  });

  app.post(`${AT}/:id/removal`, options({ params: Params }), async (request, reply) => {
    await removeReporting(db, request.actor(), idOf(request), clock.now());
    return back(request, reply, 'It is taken off the page.');
  });
};
