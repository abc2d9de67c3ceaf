import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// tap comes built with plugins that we do without: Node runs our TypeScript, and nothing is mocked. It starts quicker so.
const built = new URL('../node_modules/@tapjs/test/test-built/dist/esm/index.js', import.meta.url);
if (readFileSync(built, 'utf8').includes('@tapjs/mock')) {
  execFileSync('tap', ['build'], { stdio: 'inherit', shell: process.platform === 'win32' });
}
