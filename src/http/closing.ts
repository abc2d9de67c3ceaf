import plugin from 'fastify-plugin';

/** While we shut down, every answer ends its connection: one that is kept alive would keep us until it times out. */
export default plugin(async (app) => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
});
