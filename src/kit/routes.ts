import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import {
  addKitItem,
  findKitItem,
  type KitRefusal,
  listKit,
  ownAreas,
  renameKitItem,
  retireKitItem,
} from './kit.ts';
import { kitPage } from './kit-page.ts';

const LIST = '/coordinate/kit';
const ITEM = `${LIST}/:item(^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)`;
const LONGEST = 100;

const nameField = Type.String({ maxLength: LONGEST, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const NewItem = Type.Object({ name: nameField, area: Type.Optional(Type.String({ maxLength: 80 })) });
const NameForm = Type.Object({ name: nameField });
const WORDS = {
  name: {
    maxLength: `Use ${LONGEST} letters or fewer`,
    otherwise: 'Enter what it is, like ‘Gazebo, plum’',
  },
};
const AREA = 'Choose one of your areas from the list';
const TAKEN = 'There is something with that name already. Give it another one, or bring the other back';

type OfItem = { Params: { item: string } };

/** Kit: what events take along, each thing in one place at a time. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;
  const form = (body: object) => ({
    config,
    schema: { body },
    attachValidation: true,
    preValidation: tidyForm,
  });

  const showList = async (
    request: FastifyRequest,
    reply: FastifyReply,
    typed: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const { coordinator } = request;
    const now = clock.now();
    const [items, areas, { timeZone }] = await Promise.all([
      listKit(db, coordinator, now),
      ownAreas(db, coordinator),
      content.programme(),
    ]);
    return reply.page('kit/list', {
      ...kitPage({ items, areas, timeZone, now }),
      ...typed,
      flash: takeFlash(request),
      coordinator,
    });
  };

  app.get(LIST, { config }, (request, reply) => showList(request, reply));

  app.post(LIST, form(NewItem), async (request, reply) => {
    const values = typedValues(request);
    const again = (errors: FieldErrors) => showList(request, reply.code(422), { values, errors });
    const errors = fieldErrors(request, WORDS);
    const areas = await ownAreas(db, request.coordinator);
    const area = areas.length === 1 ? areas[0] : areas.find(({ slug }) => slug === values.area);
    if (!area) errors.area = AREA;
    if (!area || errors.name) return again(errors);
    const wanted = { areaId: area.id, name: (request.body as Static<typeof NewItem>).name };
    const added = await addKitItem(db, request.actor(), request.coordinator, wanted, clock.now());
    if ('refused' in added) return again(added.refused === 'unknown' ? { area: AREA } : { name: TAKEN });
    return seeOther(request, reply, LIST, 'It is added to the kit.');
  });

  const showItem = async (
    request: FastifyRequest,
    reply: FastifyReply,
    typed: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const { item: id } = request.params as OfItem['Params'];
    const item = await findKitItem(db, request.coordinator, id);
    if (!item) throw new PageError(404);
    return reply.page('kit/item', {
      item,
      values: { name: item.name },
      ...typed,
      coordinator: request.coordinator,
    });
  };

  app.get<OfItem>(ITEM, { config }, (request, reply) => showItem(request, reply));

  const refuse = (request: FastifyRequest, reply: FastifyReply, { refused }: KitRefusal) => {
    if (refused === 'unknown') throw new PageError(404);
    return showItem(request, reply.code(422), { values: typedValues(request), errors: { name: TAKEN } });
  };

  app.post<OfItem>(ITEM, form(NameForm), async (request, reply) => {
    const errors = fieldErrors(request, WORDS);
    if (errors.name) return showItem(request, reply.code(422), { values: typedValues(request), errors });
    const wanted = { id: request.params.item, name: (request.body as Static<typeof NameForm>).name };
    const outcome = await renameKitItem(db, request.actor(), request.coordinator, wanted, clock.now());
    return outcome === 'renamed'
      ? seeOther(request, reply, LIST, 'It has its new name.')
      : refuse(request, reply, outcome);
  });

  const setRetired =
    (retired: boolean, notice: string) => async (request: FastifyRequest, reply: FastifyReply) => {
      const which = { id: (request.params as OfItem['Params']).item, retired };
      const done = await retireKitItem(db, request.actor(), request.coordinator, which, clock.now());
      if (!done) throw new PageError(404);
      return seeOther(request, reply, LIST, notice);
    };

  app.post(
    `${ITEM}/retirement`,
    { config, preValidation: tidyForm },
    setRetired(true, 'It is retired. It is not offered for new events.'),
  );
  app.post(
    `${ITEM}/restoration`,
    { config, preValidation: tidyForm },
    setRetired(false, 'It is back in the kit.'),
  );
};
