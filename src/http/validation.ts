import ajvCompiler, { type RouteDefinition } from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';

type Validate = ((data: unknown) => boolean) & { errors?: FastifySchemaValidationError[] };

// Its declaration forgets that Fastify hands it the route's part, of which the schema is a property.
const compile = ajvCompiler()({}, { customOptions: { allErrors: true } }) as unknown as (
  part: RouteDefinition,
) => Validate;

/**
 * Fastify's own validation, but each schema is compiled when something is first held against it: there are over a
 * hundred, and most processes end before half of them were needed.
 */
export const compileWhenUsed: FastifySchemaCompiler<unknown> = (part) => {
  let validate: Validate | undefined;
  return (data: unknown) => {
    validate ??= compile(part as RouteDefinition);
    return validate(data) || { error: validate.errors ?? [] };
  };
};
