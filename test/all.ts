import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

// Every test but those that have a command of their own. The files of a folder share a process, and small folders share
// one: to load the app, and to get it warm, takes longer than what most files do with it. Each also runs by itself.

const OWN_COMMAND = ['browser', 'kill', 'bench'];

/** Waits for clocks and for servers that start: its files run side by side, and begin first. */
const WAITS_MOST = 'reliability';

/** Rooms of fewer files share a process. */
const SMALL = 5;

/** Half of the time a test waits for its database. */
const JOBS = 2 * availableParallelism() + 1;

const here = dirname(fileURLToPath(import.meta.url));
const files = Map.groupBy(globSync('**/*.test.ts', { cwd: here }).sort(), dirname);
const rooms = [...files.keys()]
  .filter((room) => !OWN_COMMAND.includes(room) && room !== WAITS_MOST)
  .sort((a, b) => files.get(b)!.length - files.get(a)!.length);
const isSmall = (room: string) => files.get(room)!.length < SMALL;

t.jobs = JOBS;
t.setTimeout(0);
const run = async (name: string, program: string, ...args: string[]) => {
  const results = await t.spawn(process.execPath, [`${here}/${program}`, ...args], { timeout: 0 }, name);
  // A room's first test is that its files load.
  return { name, count: (results?.count ?? 0) - (args.length > 0 ? 1 : 0) };
};

const runs = files.get(WAITS_MOST)!.map((file) => run(file, file));
runs.push(run('small rooms', 'support/room.ts', ...rooms.filter(isSmall)));
for (const room of rooms.filter((room) => !isSmall(room)))
  runs.push(run(room === '.' ? 'the house' : room, 'support/room.ts', room));
// tap takes a process that ends well before its first test for one that was left out.
for (const { name, count } of await Promise.all(runs)) t.ok(count > 0, `${name} ran ${count} tests`);
