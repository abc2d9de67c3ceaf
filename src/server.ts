import { ConfigError, readConfig } from './config.ts';

try {
  const config = readConfig();
  const [{ openDatabase }, { openLog }] = await Promise.all([import('./db.ts'), import('./log.ts')]);
  const log = openLog(config);
  if (config.environment === 'development')
    console.log('Westand is starting. The first time it makes the database, which takes some seconds.');
  const opening = openDatabase(config, log.onError);
  // Whoever waits for it hears of a failure; it must not end the process before.
  opening.catch(() => {});
  const { start } = await import('./start.ts');
  await start(config, log, opening);
} catch (error) {
  console.error(error instanceof ConfigError ? `Westand cannot start. ${error.message}` : error);
  process.exit(1);
}
