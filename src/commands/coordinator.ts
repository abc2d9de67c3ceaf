import { parseArgs } from 'node:util';
import { addCoordinator } from '../accounts/coordinators.ts';
import { ConfigError, readConfig } from '../config.ts';
import { openDatabase } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { migrate } from '../migrations.ts';
import { systemClock } from '../time.ts';

const USAGE = `npm run coordinator -- add NAME EMAIL --area SLUG [--area SLUG …] [--administrator]
  NAME in quotes where it has spaces; SLUG names an area, such as milton-keynes.`;

const NOBODY = { coordinatorId: null, requestId: null };

const readCommand = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      area: { type: 'string', multiple: true, default: [] },
      administrator: { type: 'boolean', default: false },
    },
  });
  const [verb, fullName = '', address = '', ...rest] = positionals;
  const email = readEmailAddress(address);
  if (verb !== 'add' || !fullName.trim() || !email || rest.length > 0) throw new ConfigError(USAGE);
  if (values.area.length === 0 && !values.administrator) throw new ConfigError(USAGE);
  return { fullName: fullName.trim(), email, areaSlugs: values.area, administrator: values.administrator };
};

const run = async () => {
  const command = readCommand();
  const database = await openDatabase(readConfig());
  try {
    await migrate(database.db);
    const added = await database.db
      .transaction()
      .execute((trx) => addCoordinator(trx, NOBODY, command, systemClock.now()));
    if (!('refused' in added)) return console.log(`${command.fullName} can sign in at /sign-in.`);
    throw new ConfigError(
      added.refused === 'known address'
        ? 'This address belongs to a coordinator already.'
        : `There is no area ‘${added.slug}’.`,
    );
  } finally {
    await database.close();
  }
};

try {
  await run();
} catch (error) {
  const said =
    error instanceof ConfigError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(said ? `Nobody was added. ${(error as Error).message}` : error);
  process.exitCode = 1;
}
