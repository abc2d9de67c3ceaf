import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import t from 'tap';
import { openRests, type TimeSpent } from '../src/priority.ts';

const run = promisify(execFile);

/** Stands back, then prints of each thread the nice value and the policy (proc_pid_stat(5), fields 19 and 41). */
const PROGRAM = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { standBack } from ${JSON.stringify(new URL('../src/priority.ts', import.meta.url).href)};
  await standBack();
  const fields = (thread) => readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ');
  const threads = readdirSync('/proc/self/task').map(fields);
  console.log(JSON.stringify(threads.map((of) => ({ nice: of[16], policy: of[38] }))));`;

const threadsOf = async (env = process.env) => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM], { env });
  return JSON.parse(stdout) as { nice: string; policy: string }[];
};

const isLinux = existsSync('/proc/self/task');
const mayIdle = spawnSync('chrt', ['-i', '0', 'true']).status === 0;
const SCHED_IDLE = '5';

t.test('all threads of a process stand back', { skip: !mayIdle }, async (t) => {
  const threads = await threadsOf();
  t.ok(threads.length > 4, `${threads.length} threads`);
  t.same([...new Set(threads.map(({ policy }) => policy))], [SCHED_IDLE]);
});

t.test(
  'without the program for it, the main thread gets the highest nice value',
  { skip: !isLinux },
  async (t) => {
    const [main] = await threadsOf({ PATH: '/nowhere' });
    t.equal(main?.nice, '19');
  },
);

t.test('work rests where others need the cores', async (t) => {
  const spent: TimeSpent = { inAll: 0, running: 0, idle: 0 };
  const pass = (time: TimeSpent) => {
    spent.inAll += time.inAll;
    spent.running += time.running;
    spent.idle += time.idle;
  };
  const restIfOthersWait = openRests(() => ({ ...spent }));
  const goesOn = (why: string) => t.equal(restIfOthersWait(), undefined, why);

  pass({ inAll: 60, running: 50, idle: 10 });
  goesOn('it never waited');
  pass({ inAll: 60, running: 30, idle: 20 });
  goesOn('it waited a sixth of its time');
  pass({ inAll: 30, running: 5, idle: 0 });
  goesOn('that was too short to tell');
  pass({ inAll: 30, running: 35, idle: 0 });
  const rest = restIfOthersWait();
  t.ok(rest, 'it waited a third of its time');
  pass({ inAll: 60, running: 0, idle: 0 });
  t.equal(restIfOthersWait(), rest, 'whoever comes meanwhile rests too');
  await rest;
  goesOn('it has rested');
  pass({ inAll: 60, running: 0, idle: 60 });
  goesOn('it had nothing to do');
  pass({ inAll: 3_600_000, running: 0, idle: 0 });
  await restIfOthersWait();
  t.pass('having been halted for an hour, it rests for a moment');
});
