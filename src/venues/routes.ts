import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { audit } from '../audit.ts';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, tidyTexts, typedTexts } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { addVenue, changeVenue, closeVenue } from './save-venue.ts';
import { readPitchNames, readVenue, VENUE_WORDS, VenueForm } from './venue-form.ts';
import { venueForm, venuePage, venueValues } from './venue-page.ts';
import { comingUpAt, findVenue, listVenues, ownNeighbourhoods, type Venue } from './venues.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const VENUE = `:venue(${UUID})`;
const ListQuery = Type.Object(
  {
    words: Type.Optional(Type.String({ maxLength: 100 })),
    after: Type.Optional(Type.String({ pattern: UUID })),
  },
  { additionalProperties: false },
);

type OfVenue = { Params: { venue: string } };

/** Venues: where events can be, on what terms, and whom to ask. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;

  const found = async ({ coordinator, params }: FastifyRequest): Promise<Venue> => {
    const venue = await findVenue(db, coordinator, (params as OfVenue['Params']).venue);
    if (!venue) throw new PageError(404);
    return venue;
  };

  /** Whom to ask at a venue is a person's name and number: who read it is written down. */
  const noteContactRead = async (request: FastifyRequest, venue: Venue) => {
    if (!venue.contactName && !venue.contactEmail && !venue.contactPhone) return;
    const entry = { action: 'read', subjectKind: 'venue', subjectId: venue.id, areaId: venue.areaId };
    await audit(db, request.actor(), { ...entry, details: { what: 'contact' } }, clock.now());
  };

  const form = { config, schema: { body: VenueForm }, attachValidation: true, preValidation: tidyTexts };

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { venue?: Venue; values: Record<string, string | undefined>; errors?: FieldErrors },
  ) => {
    const neighbourhoods = await ownNeighbourhoods(db, request.coordinator);
    return reply.page('venues/form', {
      ...venueForm({ neighbourhoods, values: given.values, errors: given.errors }),
      venue: given.venue,
      coordinator: request.coordinator,
    });
  };

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/coordinate/venues',
    { config, schema: { querystring: ListQuery }, attachValidation: true },
    async (request, reply) => {
      const { words = '', after } = request.validationError ? {} : request.query;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses a null byte in a text
      const typed = words.replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
      const search = { words: typed.split(' ').filter(Boolean), after };
      const list = await listVenues(db, request.coordinator, search, clock.now());
      return reply.page('venues/list', {
        ...list,
        words: typed,
        pages: list.next && {
          next: { href: `/coordinate/venues?${new URLSearchParams({ words: typed, after: list.next })}` },
        },
        flash: takeFlash(request),
        coordinator: request.coordinator,
      });
    },
  );

  app.get('/coordinate/venues/new', { config }, (request, reply) =>
    showForm(request, reply, {
      values: { setUp: '30', takeDown: '30', permissionDays: '0', insurance: '0' },
    }),
  );

  app.post('/coordinate/venues', form, async (request, reply) => {
    const values = typedTexts(request);
    const read = readVenue(values, fieldErrors(request, VENUE_WORDS));
    const pitches = readPitchNames(values.pitches);
    const errors: FieldErrors = { ...read.errors };
    if ('error' in pitches) errors.pitches ??= pitches.error;
    if (read.errors || 'error' in pitches) return showForm(request, reply.code(422), { values, errors });
    const { coordinator } = request;
    const wanted = { terms: read.terms, pitches: pitches.names };
    const added = await addVenue(db, request.actor(), coordinator, wanted, clock.now());
    if ('refused' in added)
      return showForm(request, reply.code(422), {
        values,
        errors: { neighbourhood: VENUE_WORDS.neighbourhood as string },
      });
    return seeOther(request, reply, `/coordinate/venues/${added.id}`, 'The venue is saved.');
  });

  app.get<OfVenue>(`/coordinate/venues/${VENUE}`, { config }, async (request, reply) => {
    const venue = await found(request);
    const now = clock.now();
    const [comingUp, { timeZone }] = await Promise.all([
      comingUpAt(db, venue.id, now),
      content.programme(),
      noteContactRead(request, venue),
    ]);
    return reply.page('venues/show', {
      ...venuePage({ venue, comingUp, timeZone, now }),
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  });

  app.get<OfVenue>(`/coordinate/venues/${VENUE}/edit`, { config }, async (request, reply) => {
    const venue = await found(request);
    await noteContactRead(request, venue);
    return showForm(request, reply, { venue, values: venueValues(venue) });
  });

  app.post<OfVenue>(`/coordinate/venues/${VENUE}`, form, async (request, reply) => {
    const venue = await found(request);
    const values = typedTexts(request);
    const read = readVenue(values, fieldErrors(request, VENUE_WORDS));
    const again = (errors: FieldErrors) => showForm(request, reply.code(422), { venue, values, errors });
    if (read.errors) return again(read.errors);
    const { coordinator } = request;
    const wanted = { id: venue.id, terms: read.terms };
    const outcome = await changeVenue(db, queue, request.actor(), coordinator, wanted, clock.now());
    if (outcome === 'changed')
      return seeOther(request, reply, `/coordinate/venues/${venue.id}`, 'The venue is saved.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    return again({ neighbourhood: VENUE_WORDS.neighbourhood as string });
  });

  const setClosed =
    (closed: boolean, notice: string) => async (request: FastifyRequest, reply: FastifyReply) => {
      const { venue: id } = request.params as OfVenue['Params'];
      const { coordinator } = request;
      const done = await closeVenue(db, request.actor(), coordinator, { id, closed }, clock.now());
      if (!done) throw new PageError(404);
      return seeOther(request, reply, `/coordinate/venues/${id}`, notice);
    };

  app.post(
    `/coordinate/venues/${VENUE}/closure`,
    { config, preValidation: tidyForm },
    setClosed(true, 'The venue is closed. It is not offered for new events.'),
  );
  app.post(
    `/coordinate/venues/${VENUE}/reopening`,
    { config, preValidation: tidyForm },
    setClosed(false, 'The venue is open again.'),
  );
};
