import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeCampaign, makeEvent, makeNeighbourhood, makePitch, makeSession, makeVenue } from '../make.ts';
import { signedInChampion, signedInCoordinator } from '../sign-in.ts';

const CONTACT = /quux|900\s?123|no helium/i;

t.test(
  'whom to ask at a venue, and its rules, are on no public page, in no feed and in no log',
  async (t) => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const site = await testApp(t, { log: pino({ level: 'trace' }, stream) });
    const { db } = site;
    const neighbourhood = await makeNeighbourhood(db, { slug: 'wolverton' });
    const { browser: carol } = await signedInCoordinator(site, { areaId: neighbourhood.area_id });
    const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id });
    const secrets = {
      contactName: 'Noor Quux',
      contactEmail: 'noor@quux.example',
      contactPhone: '07700 900123',
      rules: 'No helium.',
    };
    const terms = {
      name: 'Library',
      neighbourhood: 'wolverton',
      address: '1 Street',
      directions: 'Straight on.',
    };
    t.equal((await carol.post(`/coordinate/venues/${venue.id}`, { ...terms, ...secrets })).statusCode, 303);
    t.match(
      (await carol.get(`/coordinate/venues/${venue.id}`)).body,
      CONTACT,
      'coordinators of the area see it',
    );
    t.match((await carol.get(`/coordinate/venues/${venue.id}/edit`)).body, CONTACT);
    await carol.post(`/coordinate/venues/${venue.id}`, { ...terms, ...secrets, contactEmail: 'noor@quux' });

    const pitch_id = (await makePitch(db, { venue_id: venue.id })).id;
    const campaign_id = (await makeCampaign(db, { slug: 'week' })).id;
    const event = await makeEvent(db, { slug: 'stall', code: 'abcd', pitch_id, campaign_id });
    await makeSession(db, { pitch_id });
    const { browser: hers } = await signedInChampion(site);
    for (const [route, access] of site.app.accessByRoute) {
      if (!route.startsWith('GET ') || access === 'coordinator' || access === 'administrator') continue;
      const address = route
        .slice(4)
        .replace(/\(\^.*?\)(?=\.|\/|$)/g, '')
        .replace(
          ':slug',
          route.includes('campaigns') ? 'week' : route.includes('neighb') ? 'wolverton' : 'stall',
        )
        .replace(':code', event.code);
      for (const reader of [site.browser(), hers])
        t.notMatch((await reader.get(address)).body, CONTACT, address);
    }
    t.match((await site.browser().get('/events?words=quux')).body, 'No event fits what you chose');
    const { browser: stranger } = await signedInCoordinator(site);
    t.equal((await stranger.get(`/coordinate/venues/${venue.id}`)).statusCode, 404);
    t.ok(lines.length > 20);
    t.notMatch(lines.join(''), CONTACT);
  },
);
