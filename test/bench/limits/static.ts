import fastify from 'fastify';

/** Bare Fastify that answers with a static string: a short one, or one of the size asked for. */
const app = fastify();
const sizes = (process.env.SIZES ?? '').split(',').map(Number);

app.get('/', async () => 'A static string.');
for (const size of sizes) {
  const text = 'x'.repeat(size);
  app.get(`/${size}`, async () => text);
}
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
