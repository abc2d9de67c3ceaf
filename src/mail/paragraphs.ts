/** A stretch of a line: words, or words that lead somewhere. */
interface Piece {
  text: string;
  href?: string;
  /** A new line begins after it. */
  endsLine?: boolean;
}

/** An address in a text, without what ends the sentence that it stands in. */
const LINK = /\bhttps?:\/\/[^\s<>"'’”]*[^\s<>"'’”.,;:!?)\]]/gi;

const piecesOf = (line: string): Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: address, index } of line.matchAll(LINK)) {
    if (!URL.canParse(address)) continue;
    if (index > at) pieces.push({ text: line.slice(at, index) });
    pieces.push({ text: address, href: address });
    at = index + address.length;
  }
  return [...pieces, { text: line.slice(at) }];
};

/** Plain text as a template can show it: its paragraphs, each in pieces that the template escapes. */
export const paragraphsOf = (text: string): Piece[][] =>
  text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim())
    .map((paragraph) => {
      const lines = paragraph.split('\n').map(piecesOf);
      for (const pieces of lines.slice(0, -1)) pieces.at(-1)!.endsLine = true;
      return lines.flat();
    });
