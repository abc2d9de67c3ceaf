import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

// Every test but those that have a command of their own. The files of a folder share a process: to load the app, and to
// get it warm, takes longer than what most of them do with it. Each of them also runs by itself.

const OWN_COMMAND = ['browser', 'kill', 'bench'];

/** Begins first: it waits for clocks and for servers that start, while the others work. */
const WAITS_MOST = 'reliability';

/** Half of the time a test waits for its database. */
const JOBS = 2 * availableParallelism();

const here = dirname(fileURLToPath(import.meta.url));
const files = Map.groupBy(globSync('{*/,}*.test.ts', { cwd: here }), dirname);
const weightOf = (room: string) => (room === WAITS_MOST ? Infinity : files.get(room)!.length);
const rooms = [...files.keys()].sort((a, b) => weightOf(b) - weightOf(a));

t.jobs = JOBS;
t.setTimeout(0);
for (const room of rooms) {
  if (OWN_COMMAND.includes(room)) continue;
  t.spawn(
    process.execPath,
    [`${here}/support/room.ts`, room],
    { timeout: 0 },
    room === '.' ? 'the house' : room,
  );
}
