/** Fastify's `rewriteUrl`: an address with broken percent-encoding is none of ours, and gets the page that says so. */
export const readableAddress = ({ url = '/' }: { url?: string | undefined }) => {
  if (!url.includes('%')) return url;
  try {
    decodeURI(url.split('?', 1)[0]!);
    return url;
  } catch {
    return '/unreadable-address';
  }
};
