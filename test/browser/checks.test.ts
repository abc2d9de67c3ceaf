import type { Page } from 'playwright-core';
import t from 'tap';
import { smallTargets, violations, widthOf } from './checks.ts';
import { DESK, needsChromium, openChromium, openVisitor, PHONE } from './helper.ts';

const NOWHERE = { url: 'http://127.0.0.1:9' };

const page = (main: string, { style = '', outside = '' } = {}) => `<!doctype html>
<html lang="en-GB"><head><title>A page</title><meta name="viewport" content="width=device-width">
<style>${style}</style></head><body>${outside}<main><h1>A page</h1>${main}</main></body></html>`;

/** What each of these is found by: without that, a page with no findings would say nothing. */
const FAULTS: [rule: string, html: string][] = [
  ['color-contrast', page('<p style="color: #999; background: #fff">Hardly to be read</p>')],
  ['label', page('<input id="lonely">')],
  ['image-alt', page('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')],
  ['region', page('<p>Within</p>', { outside: '<p>Outside of every landmark</p>' })],
  ['heading-order', page('<h4>Two levels too deep</h4>')],
  ['aria-valid-attr', page('<p aria-labeledby="nobody">Misspelt</p>')],
  [
    'target-size',
    page('<button style="all: unset; display: block; height: 9px; font-size: 9px">One</button>'.repeat(3)),
  ],
  ['html-has-lang', page('<p>Words</p>').replace(' lang="en-GB"', '')],
];

const found = async (shown: Page) => (await violations(shown)).map((line) => line.split(':', 1)[0]);

t.test('the checks of a page can fail', needsChromium(), async (t) => {
  const browser = await openChromium(t);
  const { page: shown } = await openVisitor(t, browser, NOWHERE, DESK);

  await t.test('axe finds each fault, and none where there is none', async (t) => {
    await shown.setContent(page('<p>Words</p>'));
    t.same(await violations(shown), []);
    for (const [rule, html] of FAULTS) {
      await shown.setContent(html);
      t.ok((await found(shown)).includes(rule), rule);
    }
  });

  await t.test('the same page is looked at anew at another width', async (t) => {
    const style = '@media (max-width: 500px) { p { color: #999 } }';
    await shown.setContent(page('<p>Pale on a phone</p>', { style }));
    for (const [{ viewport }, rules] of [
      [DESK, []],
      [PHONE, ['color-contrast']],
      [DESK, []],
    ] as const) {
      await shown.setViewportSize(viewport);
      t.same(await found(shown), rules, `${viewport.width} pixels`);
    }
  });

  await t.test('what a captured message holds is not the page’s', async (t) => {
    const mail = (of: string) => page(`<iframe class="${of}" srcdoc="<p>Words" sandbox></iframe>`);
    await shown.setContent(mail('ws-mail'));
    t.same(await violations(shown), []);
    await shown.setContent(mail('another'));
    t.same((await found(shown)).sort(), ['frame-tested', 'frame-title'], 'another frame would have to be');
  });

  await t.test('small targets, and what is too wide', async (t) => {
    await shown.setContent(
      page('<button style="width: 90px; height: 20px">Go</button><summary>More</summary>'),
    );
    t.match(await smallTargets(shown), [/button.*is 90 × 20/, /summary.*is/]);
    await shown.setContent(page('<p style="width: 2000px">Wide</p>'));
    t.ok((await widthOf(shown)) > DESK.viewport.width);
  });
});

t.test('a visitor reaches nothing but the site', needsChromium(), async (t) => {
  const { page: shown, problems } = await openVisitor(t, await openChromium(t), NOWHERE);
  for (const address of ['http://westand.example/', 'http://192.0.2.1/', 'https://[2001:db8::1]/']) {
    await t.rejects(shown.goto(address), /ERR_NAME_NOT_RESOLVED/, address);
    t.match(problems.splice(0), [`asked for ${address}`]);
  }
});
