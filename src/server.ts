import { ConfigError, readConfig } from './config.ts';
import { openLog } from './log.ts';
import { start } from './start.ts';

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
