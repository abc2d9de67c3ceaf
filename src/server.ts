import { enableCompileCache } from 'node:module';

// Before the rest is loaded: a second start then finds its code compiled.
enableCompileCache();
const [{ ConfigError, readConfig }, { openDatabase }, { openLog }] = await Promise.all([
  import('./config.ts'),
  import('./db.ts'),
  import('./log.ts'),
]);

try {
  const config = readConfig();
  const log = openLog(config);
  if (config.environment === 'development')
    console.log('Westand is starting. The first time it makes the database, which takes some seconds.');
  const opening = openDatabase(config, log.onError);
  // Whoever waits for it hears of a failure; it must not end the process before.
  opening.catch(() => {});
  // Meanwhile: the embedded database compiles itself on another thread.
  const { start } = await import('./start.ts');
  await start(config, log, opening);
} catch (error) {
  console.error(error instanceof ConfigError ? `Westand cannot start. ${error.message}` : error);
  process.exit(1);
}
