import type { Db } from '../db.ts';

/** All neighbourhoods of the programme, by name. */
export const listNeighbourhoods = (db: Db) =>
  db.selectFrom('neighbourhoods').select(['id', 'slug', 'name']).orderBy('name').execute();

export const findNeighbourhood = (db: Db, slug: string) =>
  db.selectFrom('neighbourhoods').select(['id', 'name']).where('slug', '=', slug).executeTakeFirst();
