import type { TestBrowser } from '../helper.ts';

export const HEADER = 'champion,module,passed_on,reference,expires_on,score';

/** Chooses a file, as a browser sends it. */
export const choose = (browser: TestBrowser, content: string | Buffer) => {
  const boundary = 'x-boundary-x';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="people.csv"\r\ncontent-type: text/csv\r\n\r\n`;
  return browser.send({
    method: 'POST',
    url: '/coordinate/training/import',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
};
