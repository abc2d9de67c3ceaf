import { ConfigError, readConfig } from '../config.ts';
import { openDatabase } from '../db.ts';
import { migrate } from '../migrations.ts';
import { loadSampleProgramme } from '../sample/load.ts';
import { systemClock } from '../time.ts';

const run = async () => {
  const database = await openDatabase(readConfig());
  try {
    await migrate(database.db);
    const loaded = await loadSampleProgramme(database.db, systemClock.now());
    console.log(
      loaded
        ? 'The sample programme is loaded.'
        : 'The database already has a programme, so nothing was loaded.',
    );
  } finally {
    await database.close();
  }
};

try {
  await run();
} catch (error) {
  console.error(error instanceof ConfigError ? `Nothing was loaded. ${error.message}` : error);
  process.exitCode = 1;
}
