import { type Box, INK, openPaper, type Paper, PLUM, SUNFLOWER, WHITE } from '../events/paper.ts';
import { QUIET_MODULES, qrModules } from '../events/qr.ts';
import type { PrintableCertificate } from './printable.ts';

const PAGE = { width: 210, height: 297 };
const MARGIN = 18;
const WIDTH = PAGE.width - 2 * MARGIN;
const HEAD = 40;
const QR = 56;
/** Where the part to check it by begins. */
const CHECK = 216;

const head = (paper: Paper, { programme }: PrintableCertificate) => {
  paper.band({ x: 0, y: 0, width: PAGE.width, height: HEAD }, PLUM);
  paper.band({ x: 0, y: HEAD, width: PAGE.width, height: 2 }, SUNFLOWER);
  paper.mark(MARGIN, 11, 17);
  const box = { x: MARGIN + 26, width: WIDTH - 26 };
  paper.write(
    programme,
    { tag: 'P', bold: true, colour: WHITE, most: 24, least: 9 },
    { ...box, y: 10, height: 12 },
  );
  paper.write(
    'Certificate',
    { tag: 'P', colour: SUNFLOWER, most: 17, least: 12 },
    { ...box, y: 23, height: 9 },
  );
};

/** @returns how far down it comes */
const holder = (paper: Paper, { name, sentence, until }: PrintableCertificate) => {
  const box = { x: MARGIN, width: WIDTH };
  let y = HEAD + 14;
  const down = (words: string, style: Parameters<Paper['set']>[1], height: number, gap: number) => {
    const set = paper.set(words, style, { width: WIDTH, height });
    set.draw(box.x, y);
    y += set.height + gap;
  };
  down(name, { tag: 'H1', bold: true, colour: PLUM, most: 40, least: 12 }, 34, 3);
  down(sentence, { tag: 'P', most: 16, least: 9 }, 18, 7);
  down(
    until ? `Valid until ${until}` : 'Valid, with no end date',
    { tag: 'P', bold: true, most: 21, least: 14 },
    12,
    6,
  );
  return y;
};

/** One line a module, smaller where they are many. */
const modulesIn = (paper: Paper, modules: PrintableCertificate['modules'], { x, y, width, height }: Box) => {
  if (modules.length === 0) return;
  paper.band({ x, y, width, height: 0.6 }, PLUM);
  const names = width * 0.42;
  const row = Math.min(12, height / modules.length);
  modules.forEach(({ name, dates }, index) => {
    const top = y + 2 + index * row;
    const most = Math.min(13, row * 1.6);
    paper.write(
      name,
      { tag: 'P', bold: true, most, least: 4 },
      { x, y: top, width: names, height: row - 1.5 },
    );
    paper.write(
      dates,
      { tag: 'P', most: Math.min(11, most), least: 4 },
      { x: x + names + 5, y: top + 0.4, width: width - names - 5, height: row - 1.5 },
    );
  });
};

const check = (paper: Paper, { url, address, code, made }: PrintableCertificate) => {
  paper.band({ x: 0, y: CHECK, width: PAGE.width, height: 0.6 }, INK);
  const quiet = (QR / qrModules(url).size) * QUIET_MODULES;
  const y = CHECK + 8;
  paper.qr(url, { x: MARGIN, y, width: QR });
  const x = MARGIN + QR + quiet + 5;
  const width = PAGE.width - MARGIN - x;
  const words = { tag: 'P', most: 14, least: 8 } as const;
  paper.write('To check it, point a phone’s camera at the code, or type this', words, {
    x,
    y,
    width,
    height: 13,
  });
  paper.write(
    code,
    { tag: 'P', bold: true, colour: PLUM, most: 24, least: 14 },
    { x, y: y + 15, width, height: 11 },
  );
  paper.write(`at ${address}`, words, { x, y: y + 27, width, height: 13 });
  paper.write(made, { ...words, most: 11 }, { x, y: y + 44, width, height: 12 });
};

/** A champion's certificate: one page of A4, upright, that reads as well in black and white. */
export const certificatePdf = async (
  printable: PrintableCertificate,
  now: Temporal.Instant,
): Promise<Buffer> => {
  const paper = openPaper(`Certificate: ${printable.name}`, now);
  head(paper, printable);
  const y = holder(paper, printable);
  modulesIn(paper, printable.modules, { x: MARGIN, y, width: WIDTH, height: CHECK - 6 - y });
  check(paper, printable);
  return paper.finish();
};
