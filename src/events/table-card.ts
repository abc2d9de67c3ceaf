import { openPaper, type Paper, PLUM, RED, SUNFLOWER, WHITE } from './paper.ts';
import type { Printable } from './print.ts';
import { QUIET_MODULES, qrModules } from './qr.ts';
import { drawFoot, drawWords } from './sheet.ts';

const SHEET = { width: 210, height: 297 };
const FOLD = SHEET.height / 2;
const MARGIN = 12;
const HEAD = 17;
const FOOT = 12;

/** For who stands at the table: ten times its width is 72 cm. The rule is the poster’s. */
const CARD_QR_MM = 72;

const head = (paper: Paper, { programme, rally, calledOff }: Printable) => {
  paper.band({ x: 0, y: FOLD, width: SHEET.width, height: HEAD }, calledOff ? RED : PLUM);
  paper.band({ x: 0, y: FOLD + HEAD, width: SHEET.width, height: 1.5 }, SUNFLOWER);
  paper.mark(MARGIN, FOLD + 4, 9);
  const words = { tag: 'P', bold: true, colour: WHITE } as const;
  const beside = { x: MARGIN + 15, width: SHEET.width - 2 * MARGIN - 15 };
  if (calledOff)
    return paper.write(calledOff, { ...words, most: 28, least: 20 }, { ...beside, y: FOLD + 3, height: 13 });
  const name = { ...beside, y: FOLD + (rally ? 2.5 : 5), height: 7 };
  paper.write(programme, { ...words, most: 17, least: 8 }, name);
  const under = { ...beside, y: FOLD + 9.5, height: 6.5 };
  paper.write(rally, { ...words, colour: SUNFLOWER, most: 13, least: 6 }, under);
};

/** One face: A5 across, on the lower half of the sheet. */
const face = (paper: Paper, printable: Printable) => {
  const { url, address, invitation } = printable;
  head(paper, printable);
  const top = FOLD + HEAD + 1.5;
  const quiet = (CARD_QR_MM / qrModules(url).size) * QUIET_MODULES;
  const block = CARD_QR_MM + 2 * quiet;
  const left = SHEET.width - block;
  const height = SHEET.height - FOOT - top;
  drawWords(paper, printable, { x: MARGIN, y: top + 7, width: left - MARGIN, height: height - 10 }, 0.75);
  paper.qr(url, { x: left + quiet, y: top + quiet, width: CARD_QR_MM });
  const under = { x: left, width: block - 4 };
  const style = { tag: 'P', align: 'center' } as const;
  const below = top + block;
  paper.write(invitation, { ...style, most: 11, least: 7 }, { ...under, y: below, height: 9.5 });
  const large = { ...style, bold: true, colour: PLUM, most: 16, least: 7 };
  paper.write(address, large, { ...under, y: below + 10, height: 14 });
  const foot = { x: MARGIN, y: SHEET.height - FOOT, width: SHEET.width - 2 * MARGIN, height: FOOT };
  drawFoot(paper, printable, foot);
};

/**
 * An event's table card: a sheet of A4 to fold once across, so that it stands like a tent with the same face to either
 * side. Who hears it hears it once.
 */
export const tableCard = async (printable: Printable, now: Temporal.Instant): Promise<Buffer> => {
  const paper = openPaper(`Table card: ${printable.title}`, now);
  face(paper, printable);
  paper.upsideDown(() => face(paper, printable));
  paper.foldAcross(FOLD);
  return paper.finish();
};
