import t from 'tap';
import { PageError } from '../../src/http/page-error.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { prepareTour, tour } from './tour.ts';

t.test('every page in its every state', needsChromium(), async (t) => {
  const site = await openSite(t, {
    extend: (app) =>
      app.get('/errors/:status', { config: { access: 'everyone' } }, ({ params }) => {
        throw new PageError(Number((params as { status: string }).status));
      }),
  });
  const slugs = await prepareTour(site.db);
  const browser = await openChromium(t);
  for (const device of [PHONE, DESK]) {
    const { width } = device.viewport;
    await t.test(`${width} pixels wide`, async (t) => {
      const { page, problems } = await openVisitor(t, browser, site, device);
      for await (const name of tour(page, slugs, width)) {
        await takeWholePage(page, name);
        await checkPage(t, page, name);
      }
      t.same(problems, []);
    });
  }
});
