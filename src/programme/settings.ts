import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { Programme } from '../public-content.ts';

/** Every zone that this Node knows. */
export const TIME_ZONES = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** Writes the programme's settings, the first ones too; the audit says which changed, not to what. */
export const changeProgramme = (
  db: Db,
  actor: Actor,
  settings: Programme,
  changed: string[],
  now: Temporal.Instant,
) =>
  db.transaction().execute(async (trx) => {
    const row = {
      name: settings.name,
      place: settings.place,
      time_zone: settings.timeZone,
      contact_email: settings.contactEmail,
      app_name: settings.appName,
      app_url: settings.appUrl,
    };
    await trx
      .insertInto('programme')
      .values(row)
      .onConflict((conflict) => conflict.column('only_one').doUpdateSet(row))
      .execute();
    await audit(trx, actor, { action: 'change', subjectKind: 'programme', details: { changed } }, now);
  });
