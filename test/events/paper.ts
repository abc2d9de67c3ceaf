import { createRequire } from 'node:module';
import { createCanvas } from '@napi-rs/canvas';
import jsqr from 'jsqr';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

// A CommonJS package whose types say otherwise.
const jsQR = jsqr as unknown as typeof jsqr.default;
const folder = createRequire(import.meta.url)
  .resolve('pdfjs-dist/package.json')
  .replace(/package\.json$/, '');
const POINTS_PER_MM = 72 / 25.4;

interface Line {
  words: string;
  /** The start of its baseline, from the top left corner, and its width, in millimetres. */
  x: number;
  y: number;
  width: number;
}

/** A PDF as another program than ours sees it. */
export const readPdf = async (file: Buffer) => {
  const pdf = await getDocument({
    data: new Uint8Array(file),
    standardFontDataUrl: `${folder}standard_fonts/`,
    verbosity: 0,
  }).promise;
  const page = await pdf.getPage(1);
  const [, , width, height] = page.view as [number, number, number, number];
  const { items } = await page.getTextContent({ disableNormalization: true });
  const lines = items.flatMap((item): Line[] => {
    if (!('str' in item) || !item.str.trim()) return [];
    const [, , , , x, y] = item.transform as number[];
    return [
      {
        words: item.str.normalize('NFC'),
        x: x! / POINTS_PER_MM,
        y: (height - y!) / POINTS_PER_MM,
        width: item.width / POINTS_PER_MM,
      },
    ];
  });
  return {
    pages: pdf.numPages,
    info: (await pdf.getMetadata()).info as Record<string, unknown>,
    marked: ((await pdf.getMarkInfo()) as unknown as Map<string, boolean> | null)?.get('Marked'),
    structure: await page.getStructTree(),
    size: { width: width / POINTS_PER_MM, height: height / POINTS_PER_MM },
    lines,
    words: items
      .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      .join('')
      .normalize('NFC')
      .replace(/\s+/g, ' '),
    /** The first page in pixels, so many to a millimetre. */
    async picture(pixelsPerMm: number) {
      const viewport = page.getViewport({ scale: pixelsPerMm / POINTS_PER_MM });
      const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
      await page.render({ canvas: canvas as never, viewport }).promise;
      return canvas;
    },
  };
};

export type Read = Awaited<ReturnType<typeof readPdf>>;

/**
 * What a phone makes of the page, from so many millimetres below its top, at so many pixels to a millimetre: what the code
 * says, and its place and width in millimetres.
 */
export const scan = async (read: Read, pixelsPerMm: number, { gray = false, from = 0 } = {}) => {
  const canvas = await read.picture(pixelsPerMm);
  const top = Math.round(from * pixelsPerMm);
  const part = canvas.getContext('2d').getImageData(0, top, canvas.width, canvas.height - top);
  const { data, width, height } = part;
  if (gray)
    for (let at = 0; at < data.length; at += 4) {
      const light = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      data.fill(light, at, at + 3);
    }
  const code = jsQR(data, width, height);
  if (!code) return undefined;
  const { topLeftCorner: left, topRightCorner: right } = code.location;
  return {
    url: code.data,
    modules: 17 + 4 * code.version,
    x: left.x / pixelsPerMm,
    y: (left.y + top) / pixelsPerMm,
    width: Math.hypot(right.x - left.x, right.y - left.y) / pixelsPerMm,
    /** The share of dark pixels in this part of the page, in millimetres. */
    dark(x: number, y: number, wide: number, high: number) {
      let dark = 0;
      let all = 0;
      for (let row = Math.ceil(y * pixelsPerMm) - top; row < (y + high) * pixelsPerMm - top; row++)
        for (let column = Math.ceil(x * pixelsPerMm); column < (x + wide) * pixelsPerMm; column++) {
          all++;
          if (data[(row * width + column) * 4]! < 200) dark++;
        }
      return dark / all;
    },
  };
};
