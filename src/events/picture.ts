import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { assetsDirectory } from '../assets.ts';
import { fit } from './fit.ts';
import type { Pictured } from './pictures.ts';

const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 64;
const HEAD = 118;
const INK = '#1f1b24';
const QUIET = '#574f5e';
const PLUM = '#4a1d5f';
const SUNFLOWER = '#ffd23f';
const PAPER = '#faf7f2';
const RED = '#b3261e';
const LINE = 1.18;

const FAMILIES = {
  'latin-400': 'Westand',
  'latin-700': 'Westand',
  'latin-ext-400': 'Westand ext',
  'latin-ext-700': 'Westand ext',
};
for (const [part, family] of Object.entries(FAMILIES)) {
  const file = new URL(`fonts/atkinson-hyperlegible-next-${part}-normal.woff2`, assetsDirectory);
  GlobalFonts.registerFromPath(fileURLToPath(file), family);
}
const font = (size: number, bold = false) =>
  `${bold ? 700 : 400} ${size}px Westand, "Westand ext", sans-serif`;

interface Style {
  width: number;
  height: number;
  most: number;
  least: number;
  bold?: boolean;
  colour?: string;
  struck?: boolean;
}

/** Words as large as they fit: their height, and a way to draw them. */
const set = (context: SKRSContext2D, words: string, style: Style) => {
  const { width, height, most, least, bold, colour = INK, struck } = style;
  const widthOf = (part: string) => {
    context.font = font(100, bold);
    return context.measureText(part).width / 100;
  };
  const { lines, size } = fit(words, { width, height, line: LINE, most, least, widthOf });
  return {
    height: lines.length * LINE * size,
    draw(x: number, y: number) {
      context.font = font(size, bold);
      context.fillStyle = colour;
      lines.forEach((line, index) => {
        const baseline = y + (index * LINE + 0.92) * size;
        context.fillText(line, x, baseline);
        if (struck) context.fillRect(x, baseline - size * 0.3, context.measureText(line).width, size * 0.08);
      });
    },
  };
};

const MARK = [
  [8, 12.5, 2.8, 20, '#ffffff'],
  [24, 12.5, 2.8, 20, '#ffffff'],
  [16, 8.8, 3.2, 17, SUNFLOWER],
] as const;

const drawHead = (context: SKRSContext2D, programme: string) => {
  context.fillStyle = PLUM;
  context.fillRect(0, 0, WIDTH, HEAD);
  context.fillStyle = SUNFLOWER;
  context.fillRect(0, HEAD, WIDTH, 8);
  context.save();
  context.translate(MARGIN, 26);
  context.scale(2.9, 2.9);
  context.translate(-4.5, -4);
  for (const [centre, head, radius, shoulders, colour] of MARK) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(centre, head, radius, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.roundRect(centre - 3.5, shoulders - 3.5, 7, 26 - shoulders + 3.5, [3.5, 3.5, 0, 0]);
    context.fill();
  }
  context.restore();
  const room = { width: WIDTH - 2 * MARGIN - 96, height: 56 };
  const name = set(context, programme, { ...room, most: 42, least: 20, bold: true, colour: '#ffffff' });
  name.draw(MARGIN + 96, (HEAD - name.height) / 2);
};

const TILE = { width: 284, height: 318, head: 76 };

const drawTile = (
  context: SKRSContext2D,
  { weekday, day, month }: Pictured['date'],
  x: number,
  y: number,
) => {
  const { width, height, head } = TILE;
  context.fillStyle = PLUM;
  context.beginPath();
  context.roundRect(x, y, width, height, 22);
  context.fill();
  context.fillStyle = '#ffffff';
  context.beginPath();
  context.roundRect(x + 6, y + head, width - 12, height - head - 6, [0, 0, 16, 16]);
  context.fill();
  context.textAlign = 'center';
  for (const [words, size, bold, baseline, colour] of [
    [weekday, 44, false, 54, '#ffffff'],
    [day, 136, true, 208, PLUM],
    [month, 50, false, 280, PLUM],
  ] as const) {
    context.font = font(size, bold);
    context.fillStyle = colour;
    context.fillText(words, x + width / 2, y + baseline);
  }
  context.textAlign = 'left';
};

const PILL = { width: 300, height: 66 };

const drawCalledOff = (context: SKRSContext2D, words: string, x: number, y: number) => {
  context.fillStyle = RED;
  context.beginPath();
  context.roundRect(x, y, PILL.width, PILL.height, 8);
  context.fill();
  const room = { width: PILL.width - 40, height: PILL.height - 12 };
  const said = set(context, words, { ...room, most: 42, least: 20, bold: true, colour: '#ffffff' });
  said.draw(x + 20, y + (PILL.height - said.height) / 2);
};

/** The card that a shared link to an event shows: 1200 by 630, as Open Graph readers want it. */
export const drawPicture = async (event: Pictured): Promise<Buffer> => {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  drawHead(context, event.programme);
  const middle = (HEAD + 8 + HEIGHT) / 2;
  drawTile(context, event.date, MARGIN, middle - TILE.height / 2);

  const x = MARGIN + TILE.width + 48;
  const width = WIDTH - MARGIN - x;
  const pill = event.calledOff ? PILL.height + 16 : 0;
  const struck = event.calledOff !== '';
  const parts = [
    set(context, event.title, {
      width,
      height: 208 - pill / 2,
      most: 84,
      least: 26,
      bold: true,
      colour: PLUM,
    }),
    set(context, event.when, { width, height: 112, most: 48, least: 26, bold: true, struck }),
    set(context, event.place, { width, height: 104 - pill / 2, most: 38, least: 20, colour: QUIET }),
  ];
  let y = middle - (parts.reduce((sum, { height }) => sum + height + 14, pill - 14) + 6) / 2;
  if (event.calledOff) drawCalledOff(context, event.calledOff, x, y);
  y += pill;
  for (const part of parts) {
    part.draw(x, y);
    y += part.height + 14;
  }
  return canvas.encode('png');
};
