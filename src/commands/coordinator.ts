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

interface Options {
  area: string[];
  administrator: boolean;
}

const add = (
  [fullName = '', address = '', ...rest]: string[],
  { area: areaSlugs, administrator }: Options,
): Command | undefined => {
  const email = readEmailAddress(address);
  if (!fullName.trim() || !email || rest.length > 0) return undefined;
  if (areaSlugs.length === 0 && !administrator) return undefined;
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

const COMMANDS: Record<string, (args: string[], options: Options) => Command | undefined> = {
  add,
  'reset-second-factor': reset,
};

/** What a command line asks for; undefined where it says too little, too much, or what nobody knows. */
export const readCommandLine = (args: string[]): Command | undefined => {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        area: { type: 'string', multiple: true, default: [] },
        administrator: { type: 'boolean', default: false },
      },
    });
    const [verb = '', ...rest] = positionals;
    return COMMANDS[verb]?.(rest, values);
  } catch {
    return undefined;
  }
};

const run = async () => {
  const command = readCommandLine(process.argv.slice(2));
  if (!command) throw new ConfigError(USAGE);
  const database = await openDatabase(readConfig());
  try {
    await migrate(database.db);
    await command(database);
  } finally {
    await database.close();
  }
};

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof ConfigError ? `Nothing was done. ${error.message}` : error);
    process.exitCode = 1;
  }
}
