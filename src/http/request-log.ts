import plugin from 'fastify-plugin';

/** One line a request, with its route and never its address, so that nothing a person typed gets into the log. */
export default plugin(async (app) => {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
    done();
  });
});
