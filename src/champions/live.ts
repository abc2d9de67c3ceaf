import { sql } from 'kysely';

/**
 * Champions who have not left, in the very words of the index `one_champion_an_address`: once PostgreSQL plans for
 * any parameters, it matches none with an index's condition, and ON CONFLICT fails.
 */
export const isLive = sql<boolean>`state not in ('left', 'anonymised')`;
