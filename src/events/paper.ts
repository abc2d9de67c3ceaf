import PDFDocument from 'pdfkit';
import { type Fitted, fit } from './fit.ts';
import { FONTS, fontFiles } from './fonts.ts';
import { drawnWith, type Face, type Glyphs, lettersLost as lostFrom } from './glyphs.ts';
import { qrModules } from './qr.ts';

/** PDF measures in points; we in millimetres. */
const MM = 72 / 25.4;

export const INK = '#1f1b24';
export const PLUM = '#4a1d5f';
export const SUNFLOWER = '#ffd23f';
export const RED = '#b3261e';
export const WHITE = '#ffffff';

/** In millimetres from the top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Style {
  /** What it is to a screen reader. */
  tag: 'H1' | 'P';
  bold?: boolean;
  colour?: string;
  /** The largest and the smallest size, in points. */
  most: number;
  least: number;
  align?: 'left' | 'center';
  struck?: boolean;
}

const LINE = 1.18;
/** How far below the top of its line a line stands. */
const BASELINE = 0.92;

type Opened = PDFKit.PDFDocument & { _font: { font: Glyphs } };

/** Readies our type in a document, and says what it has. */
const facesOf = (doc: Opened) => {
  const glyphs = new Map<string, Glyphs>();
  for (const [part, file] of fontFiles()) {
    doc.registerFont(part, file);
    glyphs.set(part, doc.font(part)._font.font);
  }
  return (weight: keyof typeof FONTS): Face[] =>
    FONTS[weight].map((name) => ({ name, glyphs: glyphs.get(name)! }));
};

/** The letters in these words that our type does not have. */
export const lettersLost = (words: string) =>
  lostFrom(words, facesOf(new PDFDocument({ autoFirstPage: false }) as Opened)('regular'));

/** A sheet of A4 to draw on, tagged for screen readers. What is drawn as decoration is no part of what they read. */
export const openPaper = (title: string, now: Temporal.Instant) => {
  const made = new Date(now.epochMilliseconds);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    lang: 'en-GB',
    tagged: true,
    displayTitle: true,
    info: { Title: title, Creator: 'Westand', Producer: 'Westand', CreationDate: made, ModDate: made },
  }) as Opened;
  const faces = facesOf(doc);
  const root = doc.struct('Document');
  doc.addStructure(root);
  let decorating = false;

  const runsOf = (words: string, bold = false) => drawnWith(words, faces(bold ? 'bold' : 'regular'));
  const widthOf = (words: string, bold = false) =>
    runsOf(words, bold).reduce(
      (sum, { font, text }) => sum + doc.font(font).fontSize(100).widthOfString(text) / 100,
      0,
    );

  /** Straight onto the page, without a word to screen readers. */
  const decorate = (draw: () => void) => {
    if (decorating) return draw();
    decorating = true;
    doc.markContent('Artifact', { type: 'Layout' });
    draw();
    doc.endMarkedContent();
    decorating = false;
  };

  const tagged = (tag: string, options: object, draw: () => void) =>
    decorating ? draw() : void root.add(doc.struct(tag as 'P', options, draw));

  const drawLine = (line: string, x: number, y: number, size: number, { bold, colour = INK }: Style) => {
    let at = x;
    for (const { font, text } of runsOf(line, bold)) {
      doc.font(font).fontSize(size).fillColor(colour);
      doc.text(text, at, y, { lineBreak: false, baseline: 'alphabetic' });
      at += doc.widthOfString(text);
    }
  };

  const strike = (from: number, to: number, y: number, size: number) =>
    doc
      .moveTo(from, y - size * 0.25)
      .lineTo(to, y - size * 0.25)
      .lineWidth(size * 0.08)
      .strokeColor(INK)
      .stroke();

  const drawLines = ({ lines, size }: Fitted, { x, y, width }: Box, style: Style) => {
    lines.forEach((line, index) => {
      const wide = widthOf(line, style.bold) * size;
      const left = x * MM + (style.align === 'center' ? (width * MM - wide) / 2 : 0);
      const baseline = y * MM + (index * LINE + BASELINE) * size;
      // A space ends each line, so that who hears it hears no words run together.
      drawLine(index < lines.length - 1 ? `${line} ` : line, left, baseline, size, style);
      if (style.struck) strike(left, left + wide, baseline, size);
    });
  };

  /** Words as large as they fit in this space, wrapped, smaller where they are many: their height, and a way to draw them. */
  const set = (words: string, style: Style, { width, height }: Pick<Box, 'width' | 'height'>) => {
    const fitted = fit(words, {
      width: width * MM,
      height: height * MM,
      line: LINE,
      most: style.most,
      least: style.least,
      widthOf: (text) => widthOf(text, style.bold),
    });
    return {
      height: (fitted.lines.length * LINE * fitted.size) / MM,
      draw(x: number, y: number) {
        if (fitted.lines.length === 0) return;
        tagged(style.tag, {}, () => drawLines(fitted, { x, y, width, height }, style));
      },
    };
  };

  return {
    set,
    /** Words in a box, and never beyond it. */
    write: (words: string, style: Style, box: Box) => set(words, style, box).draw(box.x, box.y),
    band({ x, y, width, height }: Box, colour: string) {
      decorate(() => doc.rect(x * MM, y * MM, width * MM, height * MM).fill(colour));
    },
    /** A QR code of this width, its quiet zone around it not counted. */
    qr(url: string, { x, y, width }: Omit<Box, 'height'>) {
      const { size, isDark } = qrModules(url);
      const module = (width * MM) / size;
      const bbox: [number, number, number, number] = [x * MM, y * MM, (x + width) * MM, (y + width) * MM];
      tagged('Figure', { alt: `QR code for ${url}`, bbox }, () => {
        for (let row = 0; row < size; row++)
          for (let column = 0; column < size; column++)
            if (isDark(row, column))
              doc.rect(x * MM + column * module, y * MM + row * module, module, module);
        doc.fill('#000000');
      });
    },
    /** The mark of three people, as on the site, in this height. */
    mark(x: number, y: number, height: number) {
      decorate(() => {
        doc
          .save()
          .translate(x * MM, y * MM)
          .scale((height * MM) / 23)
          .translate(-4.5, -4);
        for (const [centre, head, radius, shoulders, colour] of MARK)
          doc
            .circle(centre, head, radius)
            .path(`M${centre - 3.5} 26v${shoulders - 26}a3.5 3.5 0 0 1 7 0V26z`)
            .fill(colour);
        doc.restore();
      });
    },
    /** Where to fold a sheet: a short line at either edge. */
    foldAcross(y: number) {
      decorate(() => {
        for (const [from, to] of [
          [0, 6],
          [204, 210],
        ] as const)
          doc
            .moveTo(from * MM, y * MM)
            .lineTo(to * MM, y * MM)
            .lineWidth(0.5)
            .strokeColor(INK)
            .stroke();
      });
    },
    /** The same again, upside down, for the face of a folded sheet that looks the other way. */
    upsideDown(draw: () => void) {
      decorate(() => {
        doc.save().rotate(180, { origin: [doc.page.width / 2, doc.page.height / 2] });
        draw();
        doc.restore();
      });
    },
    finish: () =>
      new Promise<Buffer>((resolve, reject) => {
        const parts: Buffer[] = [];
        doc.on('data', (part: Buffer) => parts.push(part));
        doc.on('end', () => resolve(Buffer.concat(parts)));
        doc.on('error', reject);
        root.end();
        doc.end();
      }),
  };
};

export type Paper = ReturnType<typeof openPaper>;

const MARK = [
  [8, 12.5, 2.8, 20, WHITE],
  [24, 12.5, 2.8, 20, WHITE],
  [16, 8.8, 3.2, 17, SUNFLOWER],
] as const;
