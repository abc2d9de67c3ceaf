import { parseArgs } from 'node:util';
import { addCoordinator } from '../accounts/coordinators.ts';
import { resetSecondFactor } from '../accounts/second-factor.ts';
import { ConfigError, readConfig } from '../config.ts';
import { type Database, type Db, openDatabase } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { openQueue } from '../jobs.ts';
import { migrate } from '../migrations.ts';
import { listAreas } from '../programme/areas.ts';
import { openPublicContent } from '../public-content.ts';
import { systemClock } from '../time.ts';

const USAGE = `npm run coordinator -- add NAME EMAIL --area SLUG [--area SLUG …] [--administrator]
  NAME in quotes where it has spaces; SLUG names an area, such as milton-keynes.
npm run coordinator -- reset-second-factor EMAIL
  for a coordinator who has lost their passkeys, authenticator app and recovery codes: make sure that it is them.`;

const NOBODY = { coordinatorId: null, requestId: null };

const whichAreas = async (db: Db) => {
  const slugs = (await listAreas(db)).map(({ slug }) => slug);
  if (slugs.length > 0) return `The areas are: ${slugs.join(', ')}.`;
  return 'There are no areas yet: add an administrator with --administrator and no --area, sign in, and make one under Settings.';
};

type Command = (database: Database) => Promise<void>;

const { values, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        area: { type: 'string', multiple: true, default: [] },
        administrator: { type: 'boolean', default: false },
      },
    });
  } catch {
    return { values: { area: [], administrator: false }, positionals: [] };
  }
})();

const add = ([fullName = '', address = '', ...rest]: string[]): Command | undefined => {
  const email = readEmailAddress(address);
  if (!fullName.trim() || !email || rest.length > 0) return undefined;
  if (values.area.length === 0 && !values.administrator) return undefined;
  const { area: areaSlugs, administrator } = values;
  const coordinator = { fullName: fullName.trim(), email, areaSlugs, administrator };
  return async ({ db }) => {
    const added = await db
      .transaction()
      .execute((trx) => addCoordinator(trx, NOBODY, coordinator, systemClock.now()));
    if (!('refused' in added)) return console.log(`${coordinator.fullName} can sign in at /sign-in.`);
    if (added.refused === 'known address')
      throw new ConfigError('This address belongs to a coordinator already.');
    throw new ConfigError(`There is no area ‘${added.slug}’. ${await whichAreas(db)}`);
  };
};

const reset = ([address = '', ...rest]: string[]): Command | undefined => {
  const email = readEmailAddress(address);
  if (!email || rest.length > 0) return undefined;
  return async (database) => {
    const { db } = database;
    const { contactEmail } = await openPublicContent(db).programme();
    const queue = await openQueue(database, 'web', (error) => console.error(error));
    const by = { actor: NOBODY, contactEmail, now: systemClock.now() };
    const done = await resetSecondFactor(db, queue, { emailKey: email.key }, by).finally(() => queue.stop());
    if (!('refused' in done))
      return console.log(
        `${done.email} is signed out everywhere, and adds a new second factor after signing in.`,
      );
    throw new ConfigError(
      done.refused === 'no factor'
        ? 'This coordinator has no second factor.'
        : 'No coordinator has this address.',
    );
  };
};

const COMMANDS: Record<string, (args: string[]) => Command | undefined> = {
  add,
  'reset-second-factor': reset,
};

const run = async () => {
  const [verb = '', ...args] = positionals;
  const command = COMMANDS[verb]?.(args);
  if (!command) throw new ConfigError(USAGE);
  const database = await openDatabase(readConfig());
  try {
    await migrate(database.db);
    await command(database);
  } finally {
    await database.close();
  }
};

try {
  await run();
} catch (error) {
  console.error(error instanceof ConfigError ? `Nothing was done. ${error.message}` : error);
  process.exitCode = 1;
}
