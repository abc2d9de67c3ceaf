import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import {
  addArea,
  addNeighbourhood,
  findArea,
  listAreas,
  type NotNamed,
  renameArea,
  renameNeighbourhood,
} from './areas.ts';
import { lineField, lineWords } from './settings-form.ts';

const LONGEST = 60;
const NameForm = Type.Object({ name: lineField(LONGEST) });
const Params = Type.Object({ id: uuidField });
const PlaceParams = Type.Object({ id: uuidField, place: uuidField });

const NAME_WORDS = { name: lineWords('Enter a name', LONGEST) };
const REFUSALS: Record<Exclude<NotNamed['refused'], 'unknown'>, string> = {
  taken: 'There is one of this name already. Enter another name',
  'no letters': 'Enter a name with letters from A to Z or numbers in it, for its web address',
};

/** The areas of the programme and their neighbourhoods, for administrators. */
export default async (app: FastifyInstance, { db, clock }: Deps) => {
  const options = (params?: object, body?: object) => ({
    config: { access: 'administrator' } as const,
    schema: { ...(params ? { params } : {}), ...(body ? { body } : {}) },
    ...(body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const idOf = (request: FastifyRequest) => (request.params as Static<typeof Params>).id;
  const flashOf = (request: FastifyRequest) => {
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return notice && { type: 'success', text: notice };
  };

  const showAll = async (request: FastifyRequest, reply: FastifyReply, given: object = {}) =>
    reply.page('programme/areas', { ...given, areas: await listAreas(db), flash: flashOf(request) });

  const showOne = async (request: FastifyRequest, reply: FastifyReply, given: object = {}) => {
    const area = await findArea(db, idOf(request));
    if (!area) throw new PageError(404);
    return reply.page('programme/area', { ...given, area, flash: flashOf(request) });
  };

  /** Reads the one field of these forms, does the work, and shows the page again where that was refused. */
  const naming =
    (
      field: string,
      work: (request: FastifyRequest, name: string) => Promise<{ id: string } | NotNamed>,
      show: typeof showAll,
      done: string,
    ) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const typed = typedValues(request).name ?? '';
      const again = (sentence: string) => {
        const errors: FieldErrors = { [field]: sentence };
        return show(request, reply.code(422), { errors, typed });
      };
      const { name: wrong } = fieldErrors(request, NAME_WORDS);
      if (wrong) return again(wrong);
      const outcome = await work(request, typed);
      if ('refused' in outcome) {
        if (outcome.refused === 'unknown') throw new PageError(404);
        return again(REFUSALS[outcome.refused]);
      }
      request.session.notice = done;
      const at = show === showAll ? '/coordinate/areas' : `/coordinate/areas/${idOf(request)}`;
      return reply.redirect(at, 303);
    };

  app.get('/coordinate/areas', options(), (request, reply) => showAll(request, reply));

  app.post(
    '/coordinate/areas',
    options(undefined, NameForm),
    naming(
      'name',
      (request, name) => addArea(db, request.actor(), { name, now: clock.now() }),
      showAll,
      'The area is added. Now choose who looks after it, among the coordinators.',
    ),
  );

  app.get('/coordinate/areas/:id', options(Params), (request, reply) => showOne(request, reply));

  app.post(
    '/coordinate/areas/:id',
    options(Params, NameForm),
    naming(
      'area-name',
      (request, name) => renameArea(db, request.actor(), { id: idOf(request), name, now: clock.now() }),
      showOne,
      'The name is saved.',
    ),
  );

  app.post(
    '/coordinate/areas/:id/neighbourhoods',
    options(Params, NameForm),
    naming(
      'new-name',
      (request, name) =>
        addNeighbourhood(db, request.actor(), { areaId: idOf(request), name, now: clock.now() }),
      showOne,
      'The neighbourhood is added.',
    ),
  );

  app.post(
    '/coordinate/areas/:id/neighbourhoods/:place',
    options(PlaceParams, NameForm),
    (request, reply) => {
      const { id: areaId, place: id } = request.params as Static<typeof PlaceParams>;
      const rename = (_: FastifyRequest, name: string) =>
        renameNeighbourhood(db, request.actor(), { areaId, id, name, now: clock.now() });
      return naming(`name-${id}`, rename, showOne, 'The name is saved.')(request, reply);
    },
  );
};
