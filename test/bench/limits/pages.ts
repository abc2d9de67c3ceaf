import fastify from 'fastify';
import pg from 'pg';
import { LIST_SQL, listPageOf } from './list-page.ts';

/** Bare Fastify, one SELECT of 30 rows and one compiled page, of each of the sizes asked for. */
const app = fastify();
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const sizes = (process.env.SIZES ?? '').split(',').map(Number);

app.get('/', async () => 'Ready.');
for (const size of sizes) {
  const page = listPageOf(size);
  app.get(`/${size}`, async (_request, reply) => {
    const { rows } = await pool.query({ name: 'list', text: LIST_SQL });
    return reply.type('text/html; charset=utf-8').send(page(rows));
  });
}
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
