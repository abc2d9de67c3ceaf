import QRCode from 'qrcode';

/** The white space around a code (ISO/IEC 18004). */
export const QUIET_MODULES = 4;

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A QR code for print, as SVG with words for those who do not see it; a quarter of it may be dirty or torn. */
export const qrSvg = async (url: string) => {
  const svg = await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: QUIET_MODULES });
  return svg.replace('>', () => ` role="img"><title>QR code for ${escaped(url)}</title>`);
};

/**
 * The modules of a QR code that stands on its own on paper. M, of which a seventh may be dirty or torn: from a distance
 * large modules count for more than spare ones.
 */
export const qrModules = (url: string) => {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  return { size: modules.size, isDark: (row: number, column: number) => Boolean(modules.get(row, column)) };
};
