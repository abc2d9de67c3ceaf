import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findPostgres, startPostgres } from '../test/support/postgres.ts';

// Runs a command with TEST_DATABASE_URL naming a PostgreSQL made for it alone, gone when the command ends:
//   node .ci/with-postgres.ts tap
// Where TEST_DATABASE_URL is set already, that server is used.

const open = async () => {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, remove: async () => {} };
  const found = findPostgres();
  if (!found) {
    console.log(
      'There is no PostgreSQL that runs here: on the embedded database instead, without the races.',
    );
    return { url: '', remove: async () => {} };
  }
  const { urlOf, remove } = await startPostgres();
  console.log(`On PostgreSQL ${found.version} from ${found.folder}.`);
  return { url: urlOf('postgres'), remove };
};

const run = async (url: string) => {
  const [program, ...args] = process.argv.slice(2) as [string, ...string[]];
  const child = spawn(program, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TEST_DATABASE_URL: url },
  });
  // Ctrl and C reaches both by themselves.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'close');
  return code ?? 1;
};

// Until the command runs, a signal ends this process in the ordinary way, and the server with it.
const end = () => process.exit(130);
process.on('SIGINT', end).on('SIGTERM', end);
const { url, remove } = await open();
process.off('SIGINT', end).off('SIGTERM', end);
try {
  process.exitCode = await run(url);
} finally {
  await remove();
}
