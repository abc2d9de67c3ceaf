import type { Test } from 'tap';
import type { BookingState } from '../../src/schema.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeNeighbourhood, makePitch, makeSession, makeVenue } from '../make.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';

/** An area with a coordinator, and a session in it on Wednesday 2 December, 6pm to 7:30pm, with 12 places. */
export const openRegisterSite = async (t: Test, row: Parameters<typeof makeSession>[1] = {}) => {
  const site = await testApp(t);
  const { db } = site;
  const neighbourhood = await makeNeighbourhood(db);
  const { id: neighbourhood_id, area_id: areaId } = neighbourhood;
  const venue = await makeVenue(db, { neighbourhood_id, name: 'Library' });
  const pitch = await makePitch(db, { venue_id: venue.id, name: 'Room 1' });
  const module = await makeModule(db, {
    name: 'Safeguarding',
    ways: ['in person', 'online'],
    induction: false,
  });
  const session = await makeSession(db, { module_id: module.id, pitch_id: pitch.id, ...row });
  const { browser, coordinator } = await signedInCoordinator(site, { areaId });
  let current = browser;
  const carol = {
    get: (url: string) => current.get(url),
    post: (...args: Parameters<typeof browser.post>) => current.post(...args),
  };
  /** Time passes; Carol signs in again. */
  const timeIs = async (instant: string) => {
    site.clock.set(instant);
    current = await signIn(site, coordinator.email);
  };
  const address = `/coordinate/training/sessions/${session.id}`;
  /** Someone of the area with a place. */
  const book = async (full_name: string, state: BookingState = 'booked') => {
    const champion = await makeChampion(db, { full_name, neighbourhood_id });
    const booking = { id: crypto.randomUUID(), session_id: session.id, champion_id: champion.id };
    await db
      .insertInto('bookings')
      .values({ ...booking, state, booked_at: site.clock.now() })
      .execute();
    return { champion, id: booking.id, at: `${address}/attendance/${booking.id}` };
  };
  const stateOf = async (bookingId: string) =>
    (await db.selectFrom('bookings').select('state').where('id', '=', bookingId).executeTakeFirst())?.state;
  const records = () =>
    db.selectFrom('training_records').selectAll().orderBy('recorded_at').orderBy('id').execute();
  return {
    ...site,
    site,
    areaId,
    neighbourhood,
    venue,
    pitch,
    module,
    session,
    carol,
    timeIs,
    coordinator,
    address,
    register: `${address}/attendance`,
    book,
    stateOf,
    records,
  };
};
