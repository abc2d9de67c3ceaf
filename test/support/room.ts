import { globSync } from 'node:fs';
import t from 'tap';

// Runs the test files of some rooms in this process: node test/support/room.ts events planning

/** For all of them: one that hangs ends there. */
const LONGEST_MS = 300_000;

// Within a test: tap takes a process for done as soon as it has run all the tests that it knows of.
t.test('the files load', async () => {
  for (const room of process.argv.slice(2)) {
    const folder = new URL(`../${room}/`, import.meta.url);
    const files = globSync('*.test.ts', { cwd: folder }).sort();
    if (files.length === 0) throw new Error(`There are no tests in ${room}.`);
    for (const file of files) await import(new URL(file, folder).href);
  }
  t.setTimeout(LONGEST_MS);
});
