import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import t from 'tap';

const run = promisify(execFile);

/** Stands back, then prints the nice value of each of its threads: the 19th field of their `stat` (proc_pid_stat(5)). */
const PROGRAM = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { standBack } from ${JSON.stringify(new URL('../src/priority.ts', import.meta.url).href)};
  await standBack();
  const nice = (thread) => readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16];
  console.log(readdirSync('/proc/self/task').map(nice).join(' '));`;

t.test('all threads of a process stand back', { skip: !existsSync('/proc/self/task') }, async (t) => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM]);
  const values = stdout.trim().split(' ').map(Number);
  t.ok(values.length > 4, `${values.length} threads`);
  t.same([...new Set(values)], [19]);
});
