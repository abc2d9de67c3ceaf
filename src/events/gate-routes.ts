import multipart, { type Multipart } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { LARGEST_FILE, type NewFile, readFile, takeFile } from './files.ts';
import { type GateRefusal, passGate, reopenGate } from './gates.ts';
import { gateFrom, gateInWords, pounds } from './planned-page.ts';
import { readPlanned } from './planned-show.ts';
import { stepRefusal } from './refusals.ts';
import { type Gate, neededGates, refusalOf } from './states.ts';

const EVENT = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)';
const GATE = `${EVENT}/gates/:gate(^[a-z-]{3,20}$)`;
const FILE_ID = ':id(^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)';

const ReopeningForm = Type.Object({ reason: Type.String({ maxLength: 500, pattern: '[^\\p{C}\\s]' }) });
const REASON_WORDS = {
  reason: { maxLength: 'Write the reason in 500 letters or fewer', otherwise: 'Say why it is open again' },
};
const LONGEST_NOTE = 1_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses a null byte in a text
const CONTROL = /[\u0000-\u001f\u007f]+/g;
const line = (typed: string | undefined) => (typed ?? '').toWellFormed().replace(CONTROL, ' ').trim();

const FILE_REFUSALS = {
  'too large': 'Choose a file of 5 MB or less',
  empty: 'This file is empty. Choose another one',
  kind: 'Choose a PDF or a picture (PNG, JPEG, WebP or GIF). This file is something else',
};

interface Sent {
  fields: Record<string, string>;
  file: { name: string; content: Buffer; tooLarge: boolean } | undefined;
}

/** More than any form of ours: not worth reading to its end to say so beside the field. */
const LARGEST_BODY = 4 * LARGEST_FILE;

/** What has to be in place before an event is published, and the files that show it. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;

  const context = async (request: FastifyRequest) => ({
    timeZone: (await content.programme()).timeZone,
    now: clock.now(),
    areaIds: request.coordinator.areaIds,
  });

  const slugOf = (request: FastifyRequest) => (request.params as { slug: string }).slug;
  const gateOf = (request: FastifyRequest): Gate => {
    const gate = gateFrom((request.params as { gate?: string }).gate ?? 'permission');
    if (!gate) throw new PageError(404);
    return gate;
  };

  const showGate = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; values?: Record<string, string> } = {},
  ) => {
    const { timeZone, now, areaIds } = await context(request);
    const gate = gateOf(request);
    const shown = await readPlanned(db, areaIds, slugOf(request), timeZone, now);
    if (!shown) throw new PageError(404);
    const { event } = shown;
    const venue = event.insuranceMinimum === null ? undefined : { insuranceMinimum: event.insuranceMinimum };
    if (!neededGates({ kind: event.kind, venue, hasKit: event.kit.length > 0 }).includes(gate))
      throw new PageError(404);
    return reply.page('events/plan/gate', {
      event,
      gate: gateInWords(gate, shown),
      asksAmount: gate === 'insurance',
      asksPermission: gate === 'permission',
      needsLead: gate === 'lead' && !event.leadId,
      open: refusalOf('gate', event, now, false) === undefined,
      coordinator: request.coordinator,
      ...given,
    });
  };

  const refusalWords = (outcome: GateRefusal, reopening: boolean): FieldErrors => {
    switch (outcome.refused) {
      case 'not needed':
        return { gate: 'This event does not need that' };
      case 'already passed':
        return { gate: 'Someone has noted this already' };
      case 'not passed':
        return { gate: 'This is open already' };
      case 'no lead':
        return { gate: 'Choose a lead for the event first' };
      case 'insured for too little':
        return { insuredFor: `The venue asks for ${pounds(outcome.minimum)} or more` };
      default:
        return { gate: stepRefusal(reopening ? 'reopening' : 'gate', outcome.refused) };
    }
  };

  app.get(GATE, access, (request, reply) => showGate(request, reply));

  app.post(
    `${GATE}/reopening`,
    { ...access, schema: { body: ReopeningForm }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const values = typedValues(request);
      const errors = fieldErrors(request, REASON_WORDS);
      if (errors.reason) return showGate(request, reply.code(422), { errors, values });
      const doing = { actor: request.actor(), areaIds: request.coordinator.areaIds, slug: slugOf(request) };
      const reopening = { gate: gateOf(request), reason: line(values.reason) };
      const outcome = await reopenGate(db, doing, reopening, clock.now());
      if (!outcome) throw new PageError(404);
      if ('refused' in outcome)
        return showGate(request, reply.code(422), { errors: refusalWords(outcome, true), values });
      request.session.notice = 'It is open again.';
      return reply.redirect(`/coordinate/events/${doing.slug}`, 303);
    },
  );

  app.get(`${EVENT}/files/${FILE_ID}`, access, async (request, reply) => {
    const { id: fileId } = request.params as { id: string };
    const wanted = { slug: slugOf(request), fileId };
    const file = await takeFile(db, request.actor(), request.coordinator.areaIds, wanted, clock.now());
    if (!file) throw new PageError(404);
    const plain = file.name.replaceAll(/[^A-Za-z0-9 _.-]/g, '_');
    const encoded = encodeURIComponent(file.name).replaceAll(/['()*]/g, escape);
    return reply
      .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`)
      .type(file.contentType)
      .send(file.content);
  });

  await app.register(async (uploads) => {
    await uploads.register(multipart, {
      throwFileSizeLimit: false,
      limits: {
        fileSize: LARGEST_FILE + 1,
        files: 1,
        fields: 10,
        parts: 12,
        fieldSize: 8_192,
        headerPairs: 20,
      },
    });

    const take = async (part: Multipart, sent: Sent) => {
      if (part.type === 'field') {
        if (typeof part.value === 'string') sent.fields[part.fieldname] = part.value;
        return;
      }
      const content = await part.toBuffer();
      if (part.fieldname === 'file' && (part.filename || content.length > 0))
        sent.file = { name: part.filename ?? '', content, tooLarge: part.file.truncated };
    };

    /** A form with a file; one without is sent as any other. */
    const receive = async (request: FastifyRequest): Promise<Sent> => {
      const sent: Sent = { fields: {}, file: undefined };
      if (!request.isMultipart()) return { ...sent, fields: typedValues(request) };
      if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw new PageError(413);
      try {
        for await (const part of request.parts()) await take(part, sent);
      } catch (error) {
        // Of a form that breaks off, or is none, the reader says only that.
        throw (error as { statusCode?: number }).statusCode ? error : new PageError(400);
      }
      return sent;
    };

    const pass = async (request: FastifyRequest, reply: FastifyReply) => {
      const { now, areaIds } = await context(request);
      const gate = gateOf(request);
      const { fields, file: uploaded } = await receive(request);
      const note = line(fields.note);
      const amount = /^£?\s*(\d{1,3}(?:,?\d{3})*|\d{1,9})$/
        .exec(line(fields.insuredFor))?.[1]
        ?.replaceAll(',', '');
      const insuredFor = amount === undefined ? null : Number(amount);
      const errors: FieldErrors = {};
      if (gate === 'insurance' && (insuredFor === null || insuredFor > 2_000_000_000))
        errors.insuredFor = 'Enter how much it is insured for, in pounds, like 5,000,000';
      if (note.length > LONGEST_NOTE) errors.note = 'Write the note in 1,000 letters or fewer';
      let file: NewFile | undefined;
      if (uploaded) {
        const read = uploaded.tooLarge
          ? ({ refused: 'too large' } as const)
          : await readFile(uploaded.name, uploaded.content);
        if ('refused' in read) errors.file = FILE_REFUSALS[read.refused];
        else file = read;
      }
      const values = { note: note.slice(0, 2_000), insuredFor: line(fields.insuredFor).slice(0, 100) };
      if (Object.keys(errors).length > 0) return showGate(request, reply.code(422), { errors, values });
      const doing = { actor: request.actor(), areaIds, slug: slugOf(request) };
      const outcome = await passGate(db, doing, { gate, note, insuredFor, file }, now);
      if (!outcome) throw new PageError(404);
      if ('refused' in outcome) {
        if (outcome.refused === 'not needed') throw new PageError(404);
        return showGate(request, reply.code(422), { errors: refusalWords(outcome, false), values });
      }
      request.session.notice = 'Noted: it is in place.';
      return reply.redirect(`/coordinate/events/${doing.slug}`, 303);
    };

    uploads.post(GATE, access, pass);
    uploads.post(`${EVENT}/permission`, access, pass);
  });
};
