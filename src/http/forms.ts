import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';

/** A sentence for each field that needs mending, in the order of the page. */
export type FieldErrors = Record<string, string>;

/** For each field: one sentence for all that can be wrong with it, or one for each keyword of its schema. */
export type FieldWords = Record<string, string | Record<string, string>>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is shown again must not carry them
const CONTROL = /[\u0000-\u001f\u007f]/g;

/** A route's `preValidation`: trims what was typed, and takes an empty field for one that was not sent. */
export const tidyForm = async (request: FastifyRequest) => {
  request.body = Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>)
      .map(
        ([name, value]) => [name, typeof value === 'string' ? value.trim().normalize('NFC') : value] as const,
      )
      .filter(([name, value]) => value !== '' && name !== '__proto__'),
  );
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses a null byte in a text
const CONTROL_BUT_NEW_LINE = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

/** A route's `preValidation` for longer texts: as `tidyForm`, and line breaks are the only control signs that stay. */
export const tidyTexts = async (request: FastifyRequest) => {
  const body = (request.body ?? {}) as Record<string, unknown>;
  request.body = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/\r\n?/g, '\n').replace(CONTROL_BUT_NEW_LINE, ' ') : value,
    ]),
  );
  await tidyForm(request);
};

/** What was typed into a form with `tidyTexts`, line breaks and all, fit to be shown again. */
export const typedTexts = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name, value.slice(0, 20_000)]),
  );

/** What was typed, fit to be shown again in the form. */
export const typedValues = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>)
      .map(([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name, value.replace(CONTROL, ' ').slice(0, 2_000)]),
  );

const fieldOf = (error: FastifySchemaValidationError) =>
  error.keyword === 'required'
    ? String(error.params.missingProperty)
    : (error.instancePath.split('/')[1] ?? '');

/** Words the findings of the schema, for a route with `attachValidation`; one sentence a field. */
export const fieldErrors = (request: FastifyRequest, words: FieldWords): FieldErrors => {
  const found = new Map<string, string>();
  for (const error of request.validationError?.validation ?? []) {
    const field = fieldOf(error);
    const choice = words[field];
    const sentence = typeof choice === 'string' ? choice : (choice?.[error.keyword] ?? choice?.otherwise);
    if (sentence && !found.has(field)) found.set(field, sentence);
  }
  return Object.fromEntries(
    Object.keys(words).flatMap((field) => (found.has(field) ? [[field, found.get(field)!]] : [])),
  );
};

/** '1 minute', '10 minutes': never less than there is to wait. */
export const minutesOf = (seconds: number) => {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
};
