import QRCode from 'qrcode';

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A QR code for print, as SVG with words for those who do not see it; a quarter of it may be dirty or torn. */
export const qrSvg = async (url: string) => {
  const svg = await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 4 });
  return svg.replace('>', () => ` role="img"><title>QR code for ${escaped(url)}</title>`);
};
