import type { manyProcesses } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { makeSession } from '../make.ts';

export const PLACES = 3;
/** What refuses one booking too many; a control drops it. */
export const CONSTRAINT = 'sessions_never_overbooked';

/** So many people sign up at once for a session with three places; at whose processes they do, comes in turn. */
export const rush = async ({ db, processes }: Awaited<ReturnType<typeof manyProcesses>>, count: number) => {
  const session = (await makeSession(db, { capacity: PLACES })).id;
  const people = Array.from({ length: count }, (_, i) => ({
    fullName: `Alice ${i}`,
    email: `alice${i}@example.org`,
    ageBand: '18+',
    session,
  }));
  const answers = await atOnce(
    db,
    'sessions',
    people.map((form, i) => () => processes[i % processes.length]!.browser().post('/join', form)),
  );
  const booked = await db
    .selectFrom('bookings')
    .select('champion_id')
    .where('state', '=', 'booked')
    .execute();
  return { people, answers, booked: booked.length };
};
