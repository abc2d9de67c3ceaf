import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { changeProgramme, TIME_ZONES } from './settings.ts';
import { SETTINGS_WORDS, SettingsForm, settingsErrors } from './settings-form.ts';

/** The programme's own settings, for administrators. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'administrator' } as const;

  const show = (reply: FastifyReply, given: { values: object; errors?: object; flash?: object }) =>
    reply.page('programme/settings', {
      ...given,
      zoneItems: [...TIME_ZONES].map((zone) => ({ value: zone, text: zone.replaceAll('_', ' ') })),
    });

  app.get('/coordinate/settings', { config }, async (request, reply) => {
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    const flash = notice ? { type: 'success', text: notice } : undefined;
    return show(reply, { values: await content.programme(), flash });
  });

  app.post(
    '/coordinate/settings',
    { config, schema: { body: SettingsForm }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const values = typedValues(request);
      const errors = settingsErrors(values, fieldErrors(request, SETTINGS_WORDS));
      const { name = '', place = '', contactEmail = '', appName = '', appUrl = '', timeZone = '' } = values;
      const email = readEmailAddress(contactEmail);
      if (Object.keys(errors).length > 0 || !email) return show(reply.code(422), { values, errors });
      const settings = { name, place, contactEmail: email.address, appName, appUrl, timeZone };
      const before = await content.programme();
      const changed = (Object.keys(settings) as (keyof typeof settings)[]).filter(
        (key) => settings[key] !== before[key],
      );
      await changeProgramme(db, request.actor(), settings, changed, clock.now());
      request.session.notice = 'The settings are saved.';
      return reply.redirect('/coordinate/settings', 303);
    },
  );
};
