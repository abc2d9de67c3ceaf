import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';

/**
 * All neighbourhoods of the programme, by name; read anew when the public content changes.
 * @param version spares a query where it is known
 */
export const listNeighbourhoods = async ({ db, content }: Pick<Deps, 'db' | 'content'>, version?: number) =>
  content.keep('neighbourhoods', String(version ?? (await content.version())), () =>
    db.selectFrom('neighbourhoods').select(['id', 'slug', 'name']).orderBy('name').execute(),
  );

export const findNeighbourhood = (db: Db, slug: string) =>
  db.selectFrom('neighbourhoods').select(['id', 'name']).where('slug', '=', slug).executeTakeFirst();
