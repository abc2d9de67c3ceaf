/** What a typeface has. */
export interface Glyphs {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

export interface Face {
  name: string;
  glyphs: Glyphs;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const has = ({ glyphs }: Face, letters: string) =>
  [...letters].every((letter) => glyphs.hasGlyphForCodePoint(letter.codePointAt(0)!));

/** One letter as this face can draw it: whole, or as a letter and its marks; without the marks that it lacks. */
const built = (letter: string, face: Face): string => {
  let drawn = '';
  for (const part of letter.normalize('NFD')) {
    const joined = (drawn + part).normalize('NFC');
    if (has(face, joined)) drawn = joined;
    else if (has(face, part)) drawn += part;
  }
  return drawn;
};

/** Letters as the first face that has them draws them; a question mark where none has anything like it. */
const drawLetter = (letter: string, faces: readonly Face[]) => {
  const whole = faces.find((face) => has(face, letter));
  if (whole) return { font: whole.name, text: letter };
  const ways = faces.map((face) => ({ font: face.name, text: built(letter, face) }));
  const marks = (text: string) => text.normalize('NFD').length;
  const best = ways.reduce((a, b) => (marks(b.text) > marks(a.text) ? b : a));
  return best.text ? best : { font: faces[0]!.name, text: '?' };
};

/**
 * Words cut into stretches that one face each can draw: the face is served as separate files for latin and for what
 * else latin alphabets use, so that 'Łukasz' takes two.
 */
export const drawnWith = (words: string, faces: readonly Face[]) => {
  const runs: { font: string; text: string }[] = [];
  for (const { segment } of graphemes.segment(words.normalize('NFC'))) {
    const { font, text } = drawLetter(segment, faces);
    const last = runs.at(-1);
    if (last?.font === font) last.text += text;
    else runs.push({ font, text });
  }
  return runs;
};

/** The letters that none of the faces can draw as they are. */
export const lettersLost = (words: string, faces: readonly Face[]) => {
  const letters = [...graphemes.segment(words.normalize('NFC'))].map(({ segment }) => segment);
  const lost = letters.filter(
    (letter) => letter.trim() && drawLetter(letter, faces).text.normalize('NFC') !== letter,
  );
  return [...new Set(lost)];
};
