import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// A second start finds its code compiled. Only what is imported after this line is kept for it, and not in the temporary
// folder, which is Node's own choice: others could write there.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

const [{ ConfigError, readConfig }, { openLog }, { start }] = await Promise.all([
  import('./config.ts'),
  import('./log.ts'),
  import('./start.ts'),
]);

try {
  const config = readConfig();
  const log = openLog(config);
  if (config.environment === 'development')
    console.log('Westand is starting. The first time it makes the database, which takes some seconds.');
  await start(config, log);
} catch (error) {
  console.error(error instanceof ConfigError ? `Westand cannot start. ${error.message}` : error);
  process.exit(1);
}
