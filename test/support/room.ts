import { globSync } from 'node:fs';
import t from 'tap';

// Runs the test files of one room in this process: node test/support/room.ts events

/** For all of a room; each test has tap's own limit beside it. */
const LONGEST_MS = 600_000;

const [room = '.'] = process.argv.slice(2);
const folder = new URL(`../${room}/`, import.meta.url);

// Within a test: tap takes a process for done as soon as it has run all the tests that it knows of.
t.test('the files of the room load', async () => {
  for (const file of globSync('*.test.ts', { cwd: folder }).sort()) await import(new URL(file, folder).href);
  t.setTimeout(LONGEST_MS);
});
