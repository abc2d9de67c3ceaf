import { randomUUIDv7 } from 'node:crypto';
import type { Db, Trx } from '../db.ts';
import { makeSampleChampion } from './champion.ts';
import { makeSampleCoordinator } from './coordinator.ts';
import { comingSaturday } from './dates.ts';
import { STALL } from './event-words.ts';
import { campaigns, sampleEvents } from './events.ts';
import { loadPlaces } from './load-places.ts';
import { makeSamplePeople } from './people.ts';
import { PROGRAMME, type VenueKey } from './places.ts';
import { makeReadyChampion } from './ready-champion.ts';
import { makeSampleRegister } from './register.ts';
import { reportingRoutes } from './reporting.ts';
import { furtherSessions, inductionSessions, MODULES } from './sessions.ts';
import { withIds } from './with-ids.ts';

type PitchId = (venue: VenueKey, pitch?: string) => string;

const loadEvents = async (trx: Trx, pitchId: PitchId, now: Temporal.Instant, today: Temporal.PlainDate) => {
  const weeks = withIds(campaigns(today), ({ slug }) => slug);
  const events = sampleEvents(now, PROGRAMME.time_zone).map(({ venue, pitch, campaign, ...row }) => ({
    ...row,
    id: randomUUIDv7(),
    pitch_id: pitchId(venue, pitch),
    campaign_id: campaign ? weeks.idOf(campaign) : null,
    updated_at: now,
  }));
  await trx.insertInto('campaigns').values(weeks.rows).execute();
  await trx.insertInto('events').values(events).execute();
  return events.find(({ state, title }) => state === 'closed' && title === 'Stall at Centre:MK')!;
};

const loadTraining = async (trx: Trx, pitchId: PitchId, saturday: Temporal.PlainDate) => {
  const modules = withIds(MODULES, ({ slug }) => slug);
  const inductions = inductionSessions(saturday, PROGRAMME.time_zone);
  const sessions = [
    ...inductions.map((session) => ({ ...session, module: 'induction' })),
    ...furtherSessions(saturday, PROGRAMME.time_zone),
  ].map(({ venue, module, ...session }) => ({
    ...session,
    id: randomUUIDv7(),
    module_id: modules.idOf(module),
    pitch_id: venue ? pitchId(venue) : null,
  }));
  await trx.insertInto('modules').values(modules.rows).execute();
  await trx.insertInto('sessions').values(sessions).execute();
  return { induction: sessions[0]!, safeguardingId: modules.idOf('safeguarding') };
};

/**
 * Loads the sample programme where there is no programme yet, all of it or nothing. Of two processes that start
 * together, the second waits at the programme's one row until the first is done, and then finds it there.
 * @returns whether it loaded
 */
export const loadSampleProgramme = async (db: Db, now: Temporal.Instant): Promise<boolean> => {
  if (await db.selectFrom('programme').select('name').executeTakeFirst()) return false;
  return db.transaction().execute(async (trx) => {
    const claimed = await trx
      .insertInto('programme')
      .values(PROGRAMME)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (!claimed.numInsertedOrUpdatedRows) return false;

    const today = now.toZonedDateTimeISO(PROGRAMME.time_zone).toPlainDate();
    const { neighbourhoodId, pitchId } = await loadPlaces(trx);
    const lastStall = await loadEvents(trx, pitchId, now, today);
    const saturday = comingSaturday(now, PROGRAMME.time_zone, STALL.to);
    const { induction, safeguardingId: moduleId } = await loadTraining(trx, pitchId, saturday);
    const routes = reportingRoutes(today).map((route) => ({ ...route, id: randomUUIDv7() }));
    await trx.insertInto('reporting_routes').values(routes).execute();
    await makeSampleChampion(trx, {
      eventId: lastStall.id,
      sessionId: induction.id,
      neighbourhoodId: neighbourhoodId('bletchley'),
      now: lastStall.starts_at.add({ hours: 1 }),
    });
    await makeSampleRegister(trx, {
      moduleId,
      pitchId: pitchId('centralLibrary'),
      neighbourhoodId,
      saturday,
    });
    await makeSamplePeople(trx, neighbourhoodId, now, today);
    await makeSampleCoordinator(trx, now);
    await makeReadyChampion(trx, { neighbourhoodId: neighbourhoodId('wolverton'), now });
    return true;
  });
};
