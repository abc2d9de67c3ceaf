import type { FastifyReply, FastifyRequest } from 'fastify';

/** Leads on to a page that says, once, what was done. */
export const seeOther = (request: FastifyRequest, reply: FastifyReply, to: string, notice: string) => {
  request.session.notice = notice;
  return reply.redirect(to, 303);
};

/** What the page before left to say, as the layout shows it; said once. */
export const takeFlash = ({ session }: FastifyRequest) => {
  const { notice } = session;
  if (!notice) return undefined;
  session.notice = undefined;
  return { type: 'success', text: notice };
};
