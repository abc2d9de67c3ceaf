import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

// Every test but those that have a command of their own. The files of a folder share a process: to load the app, and to
// get it warm, takes longer than what most of them do with it. Each of them also runs by itself.

const OWN_COMMAND = ['browser', 'kill', 'bench'];

/** Tests wait for the database half of the time. */
const JOBS = availableParallelism() + 1;

const here = dirname(fileURLToPath(import.meta.url));
const rooms = Map.groupBy(globSync('{*/,}*.test.ts', { cwd: here }), dirname);
const longestFirst = [...rooms].sort(([, a], [, b]) => b.length - a.length);

t.jobs = JOBS;
t.setTimeout(0);
for (const [room] of longestFirst) {
  if (OWN_COMMAND.includes(room)) continue;
  t.spawn(
    process.execPath,
    [`${here}/support/room.ts`, room],
    { timeout: 0 },
    room === '.' ? 'the house' : room,
  );
}
