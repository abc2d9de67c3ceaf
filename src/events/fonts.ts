import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

/** A WOFF file (W3C, WOFF 1.0, sections 3 to 5) as the font that it was packed from. */
const unpacked = (woff: Buffer) => {
  const count = woff.readUInt16BE(12);
  const flavour = woff.subarray(4, 8);
  const power = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(SFNT_HEADER + count * SFNT_ENTRY);
  flavour.copy(header);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(power * SFNT_ENTRY, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE((count - power) * SFNT_ENTRY, 10);
  const tables: Buffer[] = [];
  let at = header.length;
  for (let index = 0; index < count; index++) {
    const entry = WOFF_HEADER + index * WOFF_ENTRY;
    const [offset, packed, length, checksum] = [4, 8, 12, 16].map((skip) => woff.readUInt32BE(entry + skip));
    const content = woff.subarray(offset, offset! + packed!);
    const table = packed! < length! ? inflateSync(content) : content;
    const place = SFNT_HEADER + index * SFNT_ENTRY;
    woff.copy(header, place, entry, entry + 4);
    header.writeUInt32BE(checksum!, place + 4);
    header.writeUInt32BE(at, place + 8);
    header.writeUInt32BE(length!, place + 12);
    const padding = Buffer.alloc(-length! & 3);
    tables.push(table, padding);
    at += length! + padding.length;
  }
  return Buffer.concat([header, ...tables]);
};

const read = (part: string) => {
  const name = `@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-${part}-normal.woff`;
  return unpacked(readFileSync(fileURLToPath(import.meta.resolve(name))));
};

/** The files of each weight, what English takes first. */
export const FONTS = {
  regular: ['latin-400', 'latin-ext-400'],
  bold: ['latin-700', 'latin-ext-700'],
};

let files: Map<string, Buffer> | undefined;

/**
 * Our typeface for paper, by the names in FONTS. Not the WOFF2 that browsers get: pdfkit reads that, and fails when it
 * comes to put it into a file; and WOFF it would unpack again for each letter.
 */
export const fontFiles = () => {
  files ??= new Map([...FONTS.regular, ...FONTS.bold].map((part) => [part, read(part)]));
  return files;
};
