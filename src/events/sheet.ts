import { type Box, INK, type Paper, PLUM, type Style } from './paper.ts';
import type { Printable } from './print.ts';

const GAP = 2.5;

/** Each part's style, with the most of the room that it may take. */
const partsOf = ({ title, when, place, directions, sentence, calledOff }: Printable, large: number) => {
  const parts: [words: string, style: Style, share: number][] = [
    [title, { tag: 'H1', bold: true, colour: PLUM, most: 52 * large, least: 12 }, 0.4],
    [when, { tag: 'P', bold: true, most: 36 * large, least: 20, struck: calledOff !== '' }, 0.4],
    [place, { tag: 'P', bold: true, most: 24 * large, least: 12 }, 0.3],
    [directions, { tag: 'P', most: 17 * large, least: 9 }, 0.22],
    [sentence, { tag: 'P', most: 17 * large, least: 10 }, 0.2],
  ];
  return parts.filter(([words]) => words);
};

/** What it is, when and where, each as large as all of it leaves room for. */
export const drawWords = (paper: Paper, printable: Printable, box: Box, large = 1) => {
  const parts = partsOf(printable, large);
  const setAt = (scale: number) =>
    parts.map(([words, style, share]) =>
      paper.set(
        words,
        { ...style, most: Math.max(style.least, Math.round(style.most * scale)) },
        { width: box.width, height: box.height * Math.min(share, scale) },
      ),
    );
  const heightOf = (set: ReturnType<typeof setAt>) =>
    set.reduce((sum, { height }) => sum + height + GAP, -GAP);
  let scale = 1;
  let set = setAt(scale);
  while (heightOf(set) > box.height && scale > 0.15) {
    scale -= 0.05;
    set = setAt(scale);
  }
  let { y } = box;
  for (const part of set) {
    part.draw(box.x, y);
    y += part.height + GAP;
  }
};

/** Where to turn in danger, under a line. */
export const drawFoot = (paper: Paper, { safety }: Printable, { x, y, width, height }: Box) => {
  paper.band({ x: 0, y, width: width + 2 * x, height: 0.5 }, INK);
  const style = { tag: 'P', bold: true, align: 'center', most: 13, least: 8 } as const;
  const words = paper.set(safety, style, { width, height: height - 4 });
  words.draw(x, y + (height - words.height) / 2);
};
