import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// tap comes built with its TypeScript plugin, which we do without: Node runs our TypeScript.
const built = new URL('../node_modules/@tapjs/test/test-built/dist/esm/index.js', import.meta.url);
if (readFileSync(built, 'utf8').includes('@tapjs/typescript')) {
  execFileSync('tap', ['build'], { stdio: 'inherit', shell: process.platform === 'win32' });
}
