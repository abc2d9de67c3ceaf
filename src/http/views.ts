import type { FastifyReply } from 'fastify';
import plugin from 'fastify-plugin';
import type { Deps } from '../deps.ts';
import { acceptsGzip, compress } from './gzip.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** The words of a page, named by its path under views/ without the ending. */
    html(name: string, context?: object): Promise<string>;
    /** Sends a page. */
    page(name: string, context?: object): Promise<FastifyReply>;
  }
}

const UNREAD = { name: 'Community champions' };

/** Pages rendered with what every page needs: the programme, its own address and the request's id. */
export default plugin(async (app, { config, content, templates }: Deps) => {
  app.decorateReply('html', async function (this: FastifyReply, name, context = {}) {
    const asLastRead = () => content.lastProgramme() ?? UNREAD;
    const programme =
      this.statusCode >= 500
        ? asLastRead()
        : await content.programme().catch((error) => {
            if (this.statusCode < 400) throw error;
            return asLastRead();
          });
    const currentPath = this.request.url.split('?', 1)[0] ?? '/';
    return templates.render(name, {
      programme,
      publicUrl: config.publicUrl,
      currentPath,
      canonicalUrl: config.publicUrl + currentPath,
      requestId: this.request.id,
      withoutSecondFactor: this.request.coordinator?.hasSecondFactor === false,
      ...context,
    });
  });

  app.decorateReply('page', async function (this: FastifyReply, name, context) {
    const html = await this.html(name, context);
    this.type('text/html; charset=utf-8').header('vary', 'accept-encoding');
    if (!acceptsGzip(this.request)) return this.send(html);
    return this.header('content-encoding', 'gzip').send(await compress(html));
  });
});
