import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import type { Templates } from '../templates.ts';

type Options = { templates: Templates; programme: object; publicUrl: string };

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a page, named by its path under views/ without the ending. */
    page(name: string, context?: object): FastifyReply;
  }
}

/** Pages rendered with what every page needs: the programme, its own address and the request's id. */
export default plugin(async (app: FastifyInstance, { templates, programme, publicUrl }: Options) => {
  app.decorateReply('page', function page(name, context = {}) {
    const currentPath = this.request.url.split('?', 1)[0] ?? '/';
    const canonicalUrl = publicUrl + currentPath;
    const shared = { programme, publicUrl, currentPath, canonicalUrl, requestId: this.request.id };
    return this.type('text/html; charset=utf-8').send(templates.render(name, { ...shared, ...context }));
  });
});
