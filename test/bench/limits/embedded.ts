import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import fastify from 'fastify';
import { sessionId } from '../fill/fill.ts';
import type { Part, Statement } from '../sign-up/statements.ts';
import { LIST_SQL, listPageOf } from './list-page.ts';

/** Bare Fastify over bare PGlite: one SELECT of 30 rows and a page, and the statements of a sign-up in a transaction. */
const app = fastify();
const database = await PGlite.create({ dataDir: process.env.DATA_DIR!, extensions: { btree_gist } });
const statements: Statement[] = JSON.parse(readFileSync(process.env.STATEMENTS!, 'utf8'));
const size = Number(process.env.SIZES);
const page = listPageOf(size);

/** The values of one sign-up: ids of its own, the same one wherever the product has the same. */
const valuesOf = () => {
  const ids = new Map<number, string>();
  const person = `new-${randomUUIDv7()}@example.org`;
  const session = sessionId(Math.floor(Math.random() * 1_000));
  const wordsOf = (part: Part) => {
    if (typeof part === 'string') return part;
    if ('person' in part) return person;
    if ('session' in part) return session;
    if (!ids.has(part.id)) ids.set(part.id, randomUUIDv7());
    return ids.get(part.id)!;
  };
  return statements.map(({ values }) =>
    values.map((value) => {
      if ('bytes' in value) return randomBytes(value.bytes);
      return 'parts' in value ? value.parts.map(wordsOf).join('') : value.same;
    }),
  );
};

/** As they stand: the database's own way of writing instants, texts and JSON. */
const asText = { serializers: { 1184: String } };

app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, async () => ({}));
app.get('/', async () => 'Ready.');
app.get(`/${size}`, async (_request, reply) => {
  const { rows } = await database.query(LIST_SQL);
  return reply.type('text/html; charset=utf-8').send(page(rows));
});
app.post('/sign-up', async (_request, reply) => {
  const values = valuesOf();
  await database.transaction(async (tx) => {
    for (const [n, { text }] of statements.entries()) await tx.query(text, values[n], asText);
  });
  return reply.redirect('/', 303);
});
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
