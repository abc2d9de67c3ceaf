import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { holdDataFolder } from '../../src/data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'westand-folder-'));
const lock = `${folder}.lock`;

t.teardown(() => Promise.all([folder, lock].map((path) => rm(path, { recursive: true, force: true }))));

t.test('a folder that another process holds is refused, with its number', async (t) => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(lock, String(other.pid));
  await t.rejects(holdDataFolder(folder), { message: new RegExp(`Process ${other.pid} uses the database`) });

  other.kill('SIGKILL');
  await once(other, 'exit');
  const letGo = await holdDataFolder(folder);
  t.ok(existsSync(lock), 'what a killed process left behind is taken over');
  await letGo();
  t.notOk(existsSync(lock));
});
