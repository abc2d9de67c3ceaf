import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { addPitch, closePitch, type PitchRefusal, renamePitch } from './pitches.ts';
import { PITCH_LENGTH } from './venue-form.ts';
import { venuePage } from './venue-page.ts';
import { comingUpAt, findVenue } from './venues.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const PITCHES = `/coordinate/venues/:venue(${UUID})/pitches`;
const PITCH = `${PITCHES}/:pitch(${UUID})`;

const PitchForm = Type.Object({
  name: Type.String({ maxLength: PITCH_LENGTH, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
});
type PitchForm = Static<typeof PitchForm>;
const PITCH_WORDS = {
  name: {
    maxLength: `Use ${PITCH_LENGTH} letters or fewer for the spot`,
    otherwise: 'Enter the spot, like ‘near the front doors’',
  },
};
const TAKEN = 'This venue has a spot with that name already. Give it another one, or open the other again';

interface Ids {
  venue: string;
  pitch: string;
}

/** A venue's pitches: spots within it that hold one event at a time. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;
  const form = { config, schema: { body: PitchForm }, attachValidation: true, preValidation: tidyForm };

  const idsOf = ({ params }: FastifyRequest) => params as Ids;
  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) =>
    seeOther(request, reply, `/coordinate/venues/${idsOf(request).venue}`, notice);

  /** The venue's page again, with a sentence beside the field: of the new pitch, or of the one to be renamed. */
  const again = async (request: FastifyRequest, reply: FastifyReply, sentence: string) => {
    const { venue: id, pitch } = idsOf(request);
    const venue = await findVenue(db, request.coordinator, id);
    if (!venue || (pitch && !venue.pitches.some((one) => one.id === pitch))) throw new PageError(404);
    const now = clock.now();
    const { timeZone } = await content.programme();
    const field = pitch ? `name-${pitch}` : 'name';
    const typed = { values: { [field]: typedValues(request).name }, errors: { [field]: sentence } };
    const comingUp = await comingUpAt(db, id, now);
    return reply.code(422).page('venues/show', {
      ...venuePage({ venue, comingUp, timeZone, now, typed }),
      coordinator: request.coordinator,
    });
  };

  const refuse = (request: FastifyRequest, reply: FastifyReply, { refused }: PitchRefusal) => {
    if (refused === 'unknown') throw new PageError(404);
    return again(request, reply, TAKEN);
  };

  app.post(PITCHES, form, async (request, reply) => {
    const { name: wrong } = fieldErrors(request, PITCH_WORDS);
    if (wrong) return again(request, reply, wrong);
    const { coordinator } = request;
    const wanted = { venueId: idsOf(request).venue, name: (request.body as PitchForm).name };
    const added = await addPitch(db, request.actor(), coordinator, wanted, clock.now());
    return 'refused' in added ? refuse(request, reply, added) : back(request, reply, 'The spot is added.');
  });

  app.post(PITCH, form, async (request, reply) => {
    const { name: wrong } = fieldErrors(request, PITCH_WORDS);
    if (wrong) return again(request, reply, wrong);
    const { coordinator } = request;
    const { venue: venueId, pitch: pitchId } = idsOf(request);
    const wanted = { venueId, pitchId, name: (request.body as PitchForm).name };
    const outcome = await renamePitch(db, queue, request.actor(), coordinator, wanted, clock.now());
    return outcome === 'renamed'
      ? back(request, reply, 'The spot has its new name.')
      : refuse(request, reply, outcome);
  });

  const setClosed =
    (closed: boolean, notice: string) => async (request: FastifyRequest, reply: FastifyReply) => {
      const { venue: venueId, pitch: pitchId } = idsOf(request);
      const { coordinator } = request;
      const which = { venueId, pitchId, closed };
      const done = await closePitch(db, request.actor(), coordinator, which, clock.now());
      if (!done) throw new PageError(404);
      return back(request, reply, notice);
    };

  app.post(
    `${PITCH}/closure`,
    { config, preValidation: tidyForm },
    setClosed(true, 'The spot is closed. It is not offered for new events.'),
  );
  app.post(
    `${PITCH}/reopening`,
    { config, preValidation: tidyForm },
    setClosed(false, 'The spot is open again.'),
  );
};
