import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';

/** A coordinator as each of their requests sees them: what they may do is read anew every time. */
export interface Coordinator {
  id: string;
  fullName: string;
  email: string;
  administrator: boolean;
  /** The areas whose people and events they may read and change; never empty in a query: see `areasOf`. */
  areaIds: string[];
  /** Whether they have a passkey or an authenticator app; recovery codes are none by themselves. */
  hasSecondFactor: boolean;
}

/** undefined once they have ended. */
export const findCoordinator = async (db: Db, id: string): Promise<Coordinator | undefined> =>
  db
    .selectFrom('coordinators')
    .leftJoin('coordinator_areas', 'coordinator_areas.coordinator_id', 'coordinators.id')
    .select(({ exists, or, selectFrom, lit }) => [
      'coordinators.id',
      'coordinators.full_name as fullName',
      'coordinators.email',
      'coordinators.administrator',
      sql<
        string[]
      >`coalesce(array_agg(coordinator_areas.area_id::text) filter (where coordinator_areas.area_id is not null), '{}')`.as(
        'areaIds',
      ),
      or(
        (['passkeys', 'authenticator_apps'] as const).map((factor) =>
          exists(
            selectFrom(factor)
              .select(lit(1).as('there'))
              .whereRef(`${factor}.coordinator_id`, '=', 'coordinators.id'),
          ),
        ),
      )
        .$castTo<boolean>()
        .as('hasSecondFactor'),
    ])
    .where('coordinators.id', '=', id)
    .where('coordinators.ended_at', 'is', null)
    .groupBy('coordinators.id')
    .executeTakeFirst();

/** The condition that something is in one of the coordinator's areas: `where('events.area_id', '=', areasOf(coordinator))`. */
export const areasOf = ({ areaIds }: Pick<Coordinator, 'areaIds'>) => sql<string>`any(${areaIds}::uuid[])`;

/** The areas of these slugs; an unknown one is left out. */
export const areasBySlug = (trx: Trx, slugs: string[]) =>
  trx
    .selectFrom('areas')
    .select(['id', 'slug'])
    .where('slug', '=', sql<string>`any(${slugs}::text[])`)
    .execute();

export interface NewCoordinator {
  fullName: string;
  email: EmailAddress;
  areaSlugs: string[];
  administrator: boolean;
}

/**
 * Makes a coordinator of areas.
 * @returns the id, or why not: the address has one already, or there is no such area
 */
export const addCoordinator = async (
  trx: Trx,
  actor: Actor,
  { fullName, email, areaSlugs, administrator }: NewCoordinator,
  now: Temporal.Instant,
): Promise<{ id: string } | { refused: 'known address' } | { refused: 'unknown area'; slug: string }> => {
  const areas = await areasBySlug(trx, areaSlugs);
  const unknown = areaSlugs.find((slug) => !areas.some((area) => area.slug === slug));
  if (unknown !== undefined) return { refused: 'unknown area', slug: unknown };
  const added = await trx
    .insertInto('coordinators')
    .values({
      id: randomUUIDv7(),
      full_name: fullName,
      email: email.address,
      email_key: email.key,
      administrator,
      created_at: now,
      ended_at: null,
    })
    .onConflict((conflict) => conflict.column('email_key').where('ended_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return { refused: 'known address' };
  if (areas.length > 0) {
    await trx
      .insertInto('coordinator_areas')
      .values(areas.map((area) => ({ coordinator_id: added.id, area_id: area.id })))
      .execute();
  }
  const entry = {
    action: 'add',
    subjectKind: 'coordinator',
    subjectId: added.id,
    details: { areaSlugs, administrator },
  };
  await audit(trx, actor, entry, now);
  return added;
};
