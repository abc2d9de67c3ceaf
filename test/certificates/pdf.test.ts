import t from 'tap';
import { readPdf, scan } from '../events/paper.ts';
import { makeModule } from '../make.ts';
import { certificateSite, PUBLIC_URL, wordsOf } from './site.ts';

const LONG = 'Maximiliana Łucja Wilhelmina Nguyễn-Featherstonehaugh Cholmondeley '
  .repeat(3)
  .slice(0, 100)
  .trim();

t.test('the certificate on paper', async (t) => {
  const site = await certificateSite(t);
  const { db, holder, enter, setState, certificateOf } = site;
  type Holder = Awaited<ReturnType<typeof holder>>['mine'];
  const fetch = async (mine: Holder) => {
    const response = await mine.get('/me/certificate.pdf');
    t.equal(response.statusCode, 200);
    t.equal(response.headers['content-type'], 'application/pdf');
    t.equal(response.headers['content-disposition'], 'attachment; filename="certificate.pdf"');
    t.equal(response.headers['cache-control'], 'no-store');
    return readPdf(response.rawPayload);
  };

  await t.test('it says whose it is, of what, and until when', async (t) => {
    const { champion, mine } = await holder();
    const { code } = await certificateOf(champion.id);
    const pdf = await fetch(mine);
    t.equal(pdf.pages, 1);
    t.same([Math.round(pdf.size.width), Math.round(pdf.size.height)], [210, 297], 'A4, upright');
    for (const part of [
      'Milton Keynes champions',
      'Alice Maria Example',
      'Valid until Saturday 20 November 2027',
      'Third-party reporting',
      'passed 20 November 2026, counts until 20 November 2027',
      code.replace(/(.{4})(?=.)/g, '$1-'),
      'at champions.example.org/certificates',
    ])
      t.ok(pdf.words.includes(part), `${part}, in: ${pdf.words}`);
    t.notMatch(pdf.words, champion.email);
    t.equal(pdf.info.Title, 'Certificate: Alice Maria Example');
    t.equal(pdf.info.Language, 'en-GB');
    t.equal(pdf.marked, true);
    const [document] = pdf.structure!.children as { children: { role: string; alt?: string }[] }[];
    t.equal(document!.children.filter(({ role }) => role === 'H1').length, 1);
    const figure = document!.children.find(({ role }) => role === 'Figure');
    t.equal(figure?.alt, `QR code for ${PUBLIC_URL}/certificates/${code}`);
    for (const gray of [false, true]) {
      const found = await scan(pdf, 4, { gray });
      t.equal(found?.url, `${PUBLIC_URL}/certificates/${code}`);
    }
    const { pathname } = new URL((await scan(pdf, 4))!.url);
    t.match(wordsOf(await site.browser().get(pathname)), /^Valid Alice E./);
  });

  await t.test('who is not ready, or has made none, gets no PDF but a page that says why', async (t) => {
    const { champion, mine } = await holder();
    await setState(champion.id, 'paused');
    const refused = await mine.get('/me/certificate.pdf');
    t.equal(refused.statusCode, 404);
    t.match(refused.headers['content-type'], /^text\/html/);
    t.match(wordsOf(refused), 'You are taking a break');
    const none = await (await enter({})).mine.get('/me/certificate.pdf');
    t.equal(none.statusCode, 404);
    t.match(wordsOf(none), 'Make my certificate');
  });

  await t.test('letters that print lacks are named before', async (t) => {
    const { mine } = await holder({ full_name: 'Олена Example' });
    t.match(
      wordsOf(await mine.get('/me/certificate')),
      'letters for print lack some of those in your name: О л е н а',
    );
    t.match((await fetch(mine)).words, '????? Example');
    t.notMatch(wordsOf(await (await holder()).mine.get('/me/certificate')), 'letters for print');
  });

  await t.test('long names and many modules stay on the page, clear of the code', async (t) => {
    for (let position = 2; position < 16; position++) {
      const name = position % 2 ? LONG : `Module ${position}`;
      const module = await makeModule(db, { name, position, induction: false, mandatory_for: ['champion'] });
      await db
        .updateTable('modules')
        .set({ required_since: '2026-11-10', grace_days: 90 })
        .where('id', '=', module.id)
        .execute();
    }
    const { champion, mine } = await holder({ full_name: LONG });
    const { code } = await certificateOf(champion.id);
    const pdf = await fetch(mine);
    t.equal(pdf.pages, 1);
    t.ok(pdf.words.includes(LONG), pdf.words);
    t.match(pdf.words, 'Module 14 counts until 8 February 2027', 'in its time of grace');
    const found = (await scan(pdf, 4))!;
    t.equal(found.url, `${PUBLIC_URL}/certificates/${code}`);
    const quiet = (4 * found.width) / found.modules;
    for (const { words, x, y, width } of pdf.lines) {
      t.ok(x > 3 && x + width < 207 && y > 3 && y < 294, `${words}: within the sheet`);
      t.ok(y < found.y - quiet + 1 || x > found.x + found.width + quiet - 1, `${words}: clear of the code`);
    }
  });
});
