import t from 'tap';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { ALICE, codeIn, enterCode, openMessage, signUp } from './journey.ts';
import { takePicture } from './pictures.ts';

t.test('pictures for the README, and pages on paper', needsChromium(), async (t) => {
  const site = await openSite(t);
  const browser = await openChromium(t);

  for (const device of [PHONE, DESK]) {
    const { width } = device.viewport;
    await t.test(`${width} pixels wide`, async (t) => {
      const { page } = await openVisitor(t, browser, site, device);
      for (const [name, address] of [
        ['home', '/'],
        ['event', '/events/stall-at-centre-mk'],
        ['join', '/j/mkstall'],
      ] as const) {
        await page.goto(address);
        await takePicture(page, name);
      }
      const email = `alice.${width}@example.org`;
      await signUp(page, '/j/mkstall', { ...ALICE, email });
      const code = codeIn(await openMessage(page, email));
      await takePicture(page, 'mailbox');
      await page.goto('/join/confirm');
      await enterCode(page, code);
      await takePicture(page, 'me');
      t.match(await seen(page), /Five things left.*Booked/);
    });
  }

  await t.test('on A4', async (t) => {
    const { page } = await openVisitor(t, browser, site, DESK);
    await signUp(page, '/j/mkstall', { ...ALICE, email: 'paper@example.org' });
    const code = codeIn(await openMessage(page, 'paper@example.org'));
    await page.goto('/join/confirm');
    await enterCode(page, code);
    await page.emulateMedia({ media: 'print' });
    for (const [name, address] of [
      ['event', '/events/stall-at-centre-mk'],
      ['me', '/me'],
    ] as const) {
      await page.goto(address);
      for (const role of ['banner', 'contentinfo', 'button'] as const) {
        t.equal(await page.getByRole(role).count(), 0, `${name}: no ${role}`);
      }
      const pdf = await page.pdf({ format: 'A4' });
      t.equal(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length, 1, `${name}: one sheet`);
    }
  });
});
