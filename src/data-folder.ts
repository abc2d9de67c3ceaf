import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Makes the folder of the embedded database and keeps other processes out of it: two at once would destroy it.
 * A lock that a killed process left behind is taken over.
 * @returns what lets go of the folder
 * @throws {ConfigError} where another process has it
 */
export const holdDataFolder = async (folder: string): Promise<() => Promise<void>> => {
  await mkdir(folder, { recursive: true });
  const lock = `${join(folder)}.lock`;
  const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
  if (holder && holder !== process.pid && isRunning(holder)) {
    throw new ConfigError(
      `Process ${holder} uses the database in ${folder}. Stop it first, or set DATA_DIR to another folder.`,
    );
  }
  if (holder) await rm(lock, { force: true });
  await writeFile(lock, String(process.pid), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST'
      ? new ConfigError(`Another process is just opening the database in ${folder}.`)
      : error;
  });
  return () => rm(lock, { force: true });
};
