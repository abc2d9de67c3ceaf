import { ConfigError, readConfig } from '../config.ts';
import { openDatabase } from '../db.ts';
import { openQueue } from '../jobs.ts';
import { migrate } from '../migrations.ts';

const run = async () => {
  const database = await openDatabase(readConfig());
  try {
    await migrate(database.db);
    const queue = await openQueue(database, 'web', (error) => console.error(error));
    await queue.stop();
    console.log('The database is up to date.');
  } finally {
    await database.close();
  }
};

try {
  await run();
} catch (error) {
  console.error(error instanceof ConfigError ? `Nothing was migrated. ${error.message}` : error);
  process.exitCode = 1;
}
