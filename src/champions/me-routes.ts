import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { isOwnAttendance, listComing } from '../events/coming.ts';
import { giveUp } from '../events/give-up.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { nationalPhone, readPhone } from '../phone-number.ts';
import { listNeighbourhoods } from '../programme/neighbourhoods.ts';
import { UPDATES_WORDING } from '../programme/notice.ts';
import { ownSessions } from '../training/own-sessions.ts';
import { ownTraining } from '../training/own-training.ts';
import { findCalendarLink } from './calendar-link.ts';
import { changeDetails, findChampion } from './champions.ts';
import { giveNewsConsent, withdrawNewsConsent } from './confirm.ts';
import { leaveProgramme } from './leave.ts';
import { mePage } from './me-page.ts';
import {
  NAME_WORDS,
  NEIGHBOURHOOD_WORDS,
  nameError,
  nameField,
  neighbourhoodField,
  phoneField,
  uuidField,
} from './sign-up-form.ts';

const DetailsForm = Type.Object({
  fullName: nameField,
  phone: phoneField,
  neighbourhood: neighbourhoodField,
});
const DETAILS_WORDS = {
  fullName: NAME_WORDS,
  phone: 'Enter a phone number, or leave this empty',
  neighbourhood: NEIGHBOURHOOD_WORDS,
};
const OwnParams = Type.Object({ id: uuidField });

/** A champion's own page, and what they can do there. */
export default async (app: FastifyInstance, { config, db, queue, clock, content, courses }: Deps) => {
  const options = (schema?: { body?: object; params?: object }) => ({
    config: { access: 'champion' } as const,
    ...(schema ? { schema } : {}),
    ...(schema?.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });

  const context = async (request: FastifyRequest) => ({
    championId: request.championId,
    timeZone: (await content.programme()).timeZone,
    publicUrl: config.publicUrl,
    now: clock.now(),
  });

  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect('/me', 303);
  };

  const showMe = async (request: FastifyRequest, reply: FastifyReply) => {
    const { championId } = request;
    const now = clock.now();
    const version = await content.version();
    const programme = await content.programme(version);
    const { timeZone } = programme;
    const finding = findChampion(db, championId);
    const [champion, training, places, coming, link] = await Promise.all([
      finding,
      ownTraining({ db, content }, championId, { version, now }),
      ownSessions(db, championId, timeZone, now),
      finding.then((found) => (found ? listComing(db, found.emailKey, timeZone, now) : [])),
      findCalendarLink(db, championId),
    ]);
    if (!champion) {
      await request.session.destroy();
      return reply.redirect('/sign-in', 303);
    }
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return reply.page(
      'champions/me',
      mePage({ champion, training, places, coming, link, notice, courses, programme, now }),
    );
  };

  app.get('/me', options(), (request, reply) => showMe(request, reply));

  app.post('/me/attendances/:id/withdrawal', options({ params: OwnParams }), async (request, reply) => {
    const { id } = request.params as Static<typeof OwnParams>;
    const { championId, publicUrl, now } = await context(request);
    const champion = await findChampion(db, championId);
    if (champion && (await isOwnAttendance(db, id, champion.emailKey)))
      await db.transaction().execute((trx) => giveUp(trx, queue, id, 'self', { publicUrl, now }));
    return back(request, reply, 'You have given up your place.');
  });

  app.post('/me/consents/news', options(), async (request, reply) => {
    const { championId, now } = await context(request);
    await db
      .transaction()
      .execute((trx) => giveNewsConsent(trx, { championId, wording: UPDATES_WORDING.version, now }));
    return back(request, reply, 'News by email is on.');
  });

  app.post('/me/consents/news/withdrawal', options(), async (request, reply) => {
    const { championId, now } = await context(request);
    await db.transaction().execute((trx) => withdrawNewsConsent(trx, championId, now));
    return back(request, reply, 'News by email is off.');
  });

  const showDetails = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const champion = await findChampion(db, request.championId);
    const values = given.values ?? {
      fullName: champion?.fullName,
      phone: nationalPhone(champion?.phone ?? null),
      neighbourhood: champion?.neighbourhood,
    };
    const places = await listNeighbourhoods({ db, content });
    return reply.page('champions/details', {
      values,
      errors: given.errors,
      email: champion?.email,
      neighbourhoodItems: [
        { value: '', text: 'Choose, or leave empty' },
        ...places.map(({ slug, name }) => ({
          value: slug,
          text: name,
          selected: slug === values.neighbourhood,
        })),
      ],
    });
  };

  app.get('/me/details', options(), (request, reply) => showDetails(request, reply));

  app.post('/me/details', options({ body: DetailsForm }), async (request, reply) => {
    const values = typedValues(request);
    const errors = fieldErrors(request, DETAILS_WORDS);
    const phone = readPhone(values.phone);
    if (!errors.fullName && nameError(values.fullName ?? '')) errors.fullName = NAME_WORDS.otherwise;
    if (!errors.phone && 'error' in phone) errors.phone = phone.error;
    const place = (await listNeighbourhoods({ db, content })).find(
      ({ slug }) => slug === values.neighbourhood,
    );
    if (values.neighbourhood && !place) errors.neighbourhood = NEIGHBOURHOOD_WORDS;
    if (Object.keys(errors).length > 0) return showDetails(request, reply.code(422), { values, errors });
    await changeDetails(db, request.championId, {
      fullName: (request.body as Static<typeof DetailsForm>).fullName,
      phone: 'phone' in phone ? phone.phone : null,
      neighbourhoodId: place?.id ?? null,
    });
    return back(request, reply, 'Your details are saved.');
  });

  app.get('/me/leave', options(), (_request, reply) => reply.page('champions/leave'));

  app.post('/me/departure', options(), async (request, reply) => {
    await leaveProgramme(db, queue, await context(request));
    await request.session.destroy();
    return reply.redirect('/left', 303);
  });

  app.get('/left', { config: { access: 'everyone' } }, (_request, reply) => reply.page('champions/left'));
};
