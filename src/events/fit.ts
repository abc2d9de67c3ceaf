interface Space {
  width: number;
  height: number;
  /** The height of a line of size 1. */
  line: number;
  most: number;
  least: number;
  /** The width of words in size 1. */
  widthOf(words: string): number;
}

export interface Fitted {
  lines: string[];
  size: number;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A word in pieces that are no wider than this. */
const pieces = (word: string, width: number, widthOf: Space['widthOf']) => {
  const found: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece && widthOf(piece + segment) > width) {
      found.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...found, piece];
};

/** Lines that are no wider than this; undefined where a word is. */
const wrap = (words: readonly string[], width: number, widthOf: Space['widthOf']) => {
  const space = widthOf(' ');
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of words) {
    const wide = widthOf(word);
    if (wide > width) return undefined;
    if (line && used + space + wide <= width) {
      line += ` ${word}`;
      used += space + wide;
    } else {
      if (line) lines.push(line);
      line = word;
      used = wide;
    }
  }
  return line ? [...lines, line] : lines;
};

/** The same lines, as even as they can be: no last line of one word. */
const balance = (words: readonly string[], lines: string[], width: number, widthOf: Space['widthOf']) => {
  let best = lines;
  for (let narrower = width * 0.97; narrower > width / 2; narrower *= 0.97) {
    const tried = wrap(words, narrower, widthOf);
    if (tried?.length !== lines.length) return best;
    best = tried;
  }
  return best;
};

const remembered = (widthOf: Space['widthOf']) => {
  const known = new Map<string, number>();
  return (words: string) => {
    const found = known.get(words) ?? widthOf(words);
    known.set(words, found);
    return found;
  };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: a typeface has no such letters
const BETWEEN_WORDS = /[\s\u0000-\u001f\u007f]+/;

/**
 * Words in the largest size at which they fill no more than the space: whole words where that goes, long ones in pieces
 * where it does not, and, where even the least size is too large, as many lines as there is room for, then '…'.
 */
export const fit = (text: string, space: Space): Fitted => {
  const { width, height, line, most, least } = space;
  const widthOf = remembered(space.widthOf);
  const words = text.split(BETWEEN_WORDS).filter(Boolean);
  const room = (size: number) => Math.floor(height / (line * size) + 1e-6);
  for (let size = most; size >= least; size--) {
    const lines = wrap(words, width / size, widthOf);
    if (lines && lines.length <= room(size))
      return { lines: balance(words, lines, width / size, widthOf), size };
  }
  for (let size = most; size > least; size--) {
    const lines = wrapped(words, width / size, widthOf);
    if (lines.length <= room(size)) return { lines, size };
  }
  return {
    lines: cut(wrapped(words, width / least, widthOf), room(least), width / least, widthOf),
    size: least,
  };
};

const wrapped = (words: readonly string[], width: number, widthOf: Space['widthOf']) =>
  wrap(
    words.flatMap((word) => (widthOf(word) > width ? pieces(word, width, widthOf) : word)),
    width,
    widthOf,
  ) ?? [];

const cut = (lines: string[], room: number, width: number, widthOf: Space['widthOf']) => {
  if (lines.length <= room) return lines;
  const shown = lines.slice(0, Math.max(1, room));
  let last = shown.pop()!;
  while (last && widthOf(`${last}…`) > width) last = last.slice(0, -1);
  return [...shown, `${last.trimEnd()}…`];
};
