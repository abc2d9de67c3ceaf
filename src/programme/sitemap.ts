const PAGES = ['/', '/events', '/join', '/report', '/about', '/privacy', '/accessibility'];

/** Says what search engines should leave out (RFC 9309). */
export const robotsTxt = (publicUrl: string) =>
  [
    'User-agent: *',
    ...['/me', '/calendar/', '/join/confirm', '/sign-in', '/mailbox'].map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${publicUrl}/sitemap.xml`,
    '',
  ].join('\n');

/** All public pages, as sitemaps.org has it. Slugs need no escaping. */
export const sitemapXml = (
  publicUrl: string,
  events: readonly { slug: string; updatedAt: Temporal.Instant }[],
  campaigns: readonly { slug: string }[],
) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...PAGES.map((path) => `<url><loc>${publicUrl}${path}</loc></url>`),
    ...campaigns.map(({ slug }) => `<url><loc>${publicUrl}/campaigns/${slug}</loc></url>`),
    ...events.map(
      ({ slug, updatedAt }) =>
        `<url><loc>${publicUrl}/events/${slug}</loc><lastmod>${updatedAt.toString({ smallestUnit: 'second' })}</lastmod></url>`,
    ),
    '</urlset>',
    '',
  ].join('\n');
