import { openPaper, type Paper, PLUM, RED, SUNFLOWER, WHITE } from './paper.ts';
import type { Printable } from './print.ts';
import { QUIET_MODULES, qrModules } from './qr.ts';
import { drawFoot, drawWords } from './sheet.ts';

const PAGE = { width: 210, height: 297 };
const MARGIN = 15;
const WIDTH = PAGE.width - 2 * MARGIN;
const FOOT = 14;
/** The short address, under the code. */
const ADDRESS = 20;

/**
 * The width of the code, its white space not counted. A code is read from about ten times its width (a rule of thumb of
 * the trade, not of ISO/IEC 18004): for two metres that is 20 cm, and A4 has 21. What a camera needs is to tell the
 * modules apart: a phone that takes a picture of 1920 pixels across a field of 70° has 0.7 pixels a millimetre at two
 * metres, and readers want two to three pixels a module, which is 4 mm. This is the widest that leaves room for the
 * words; the short addresses of most sites take 29 modules, of 4.1 mm. The test reads it at just that many pixels.
 */
const POSTER_QR_MM = 120;

const head = (paper: Paper, { programme, rally }: Printable) => {
  const height = rally ? 34 : 21;
  paper.band({ x: 0, y: 0, width: PAGE.width, height }, PLUM);
  paper.band({ x: 0, y: height, width: PAGE.width, height: 2 }, SUNFLOWER);
  paper.mark(MARGIN, 5, 11);
  const name = { x: MARGIN + 18, y: 6, width: WIDTH - 18, height: 10 };
  paper.write(programme, { tag: 'P', bold: true, colour: WHITE, most: 22, least: 9 }, name);
  const under = { x: MARGIN, y: 19, width: WIDTH, height: 13 };
  paper.write(rally, { tag: 'P', bold: true, colour: SUNFLOWER, most: 22, least: 8 }, under);
  return height + 2;
};

const calledOffBand = (paper: Paper, words: string, y: number) => {
  paper.band({ x: 0, y, width: PAGE.width, height: 16 }, RED);
  const box = { x: MARGIN, y: y + 1.5, width: WIDTH, height: 14 };
  paper.write(words, { tag: 'P', bold: true, colour: WHITE, most: 32, least: 20 }, box);
  return 16;
};

/** @returns where the white space over the code begins */
const code = (paper: Paper, { url, address, invitation }: Printable) => {
  const quiet = (POSTER_QR_MM / qrModules(url).size) * QUIET_MODULES;
  const below = PAGE.height - FOOT - ADDRESS;
  const y = below - quiet - POSTER_QR_MM;
  const draw = () => {
    paper.qr(url, { x: (PAGE.width - POSTER_QR_MM) / 2, y, width: POSTER_QR_MM });
    const under = { x: MARGIN, width: WIDTH };
    const centred = { tag: 'P', align: 'center' } as const;
    paper.write(invitation, { ...centred, most: 15, least: 9 }, { ...under, y: below, height: 7 });
    const large = { ...centred, bold: true, colour: PLUM, most: 26, least: 9 };
    paper.write(address, large, { ...under, y: below + 7, height: 11 });
  };
  return { top: y - quiet, draw };
};

/** An event's poster: one page of A4, upright, that reads as well in black and white. */
export const poster = async (printable: Printable, now: Temporal.Instant): Promise<Buffer> => {
  const paper = openPaper(`Poster: ${printable.title}`, now);
  const { top, draw } = code(paper, printable);
  let y = head(paper, printable);
  if (printable.calledOff) y += calledOffBand(paper, printable.calledOff, y);
  y += 6;
  drawWords(paper, printable, { x: MARGIN, y, width: WIDTH, height: top - y });
  draw();
  drawFoot(paper, printable, { x: MARGIN, y: PAGE.height - FOOT, width: WIDTH, height: FOOT });
  return paper.finish();
};
