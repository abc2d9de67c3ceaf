import { addCoordinator } from '../accounts/coordinators.ts';
import type { Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';

/** Whom to sign in as, to plan a week. */
export const SAMPLE_COORDINATOR_EMAIL = 'priya.sample@westand.example';

/** Makes one coordinator of the sample area, who is the administrator too. */
export const makeSampleCoordinator = async (trx: Trx, now: Temporal.Instant) => {
  const nobody = { coordinatorId: null, requestId: null };
  const email = readEmailAddress(SAMPLE_COORDINATOR_EMAIL)!;
  const priya = { fullName: 'Priya Shah', email, areaSlugs: ['milton-keynes'], administrator: true };
  await addCoordinator(trx, nobody, priya, now);
};
