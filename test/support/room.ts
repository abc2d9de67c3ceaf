import { globSync } from 'node:fs';
import t from 'tap';

// Runs the test files of some rooms in this process: node test/support/room.ts events planning

/** For all of them; each test has tap's own limit beside it. */
const LONGEST_MS = 600_000;

// Within a test: tap takes a process for done as soon as it has run all the tests that it knows of.
t.test('the files load', async () => {
  for (const room of process.argv.slice(2)) {
    const folder = new URL(`../${room}/`, import.meta.url);
    for (const file of globSync('*.test.ts', { cwd: folder }).sort())
      await import(new URL(file, folder).href);
  }
  t.setTimeout(LONGEST_MS);
});
