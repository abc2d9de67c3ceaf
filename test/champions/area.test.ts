import t from 'tap';
import { testApp } from '../helper.ts';
import { makeChampion, makeEvent, makeNeighbourhood } from '../make.ts';
import { alice } from './people.ts';

t.test('a champion belongs to the area of their neighbourhood, or else of the first stall', async (t) => {
  const { db, browser } = await testApp(t);
  const { area_id } = await makeEvent(db, { slug: 'stall' });
  const other = await makeEvent(db, { slug: 'other' });
  const neighbourhood = await makeNeighbourhood(db, { slug: 'bletchley' });
  const areaOf = async (email: string) => {
    const row = await db
      .selectFrom('champions')
      .select('area_id')
      .where('email', '=', email)
      .executeTakeFirst();
    return row?.area_id;
  };
  const areaOfFirstMessage = async (email: string) => {
    const row = await db
      .selectFrom('messages')
      .select('area_id')
      .where('recipient', '=', email)
      .orderBy('id')
      .executeTakeFirst();
    return row?.area_id;
  };
  const join = async (path: string, email: string, more = {}) =>
    t.equal((await browser().post(path, { ...alice(), email, ...more })).statusCode, 303);

  await join('/events/stall/join', 'alice@example.org');
  t.equal(await areaOf('alice@example.org'), area_id);
  await join('/events/other/join', 'alice@example.org');
  t.equal(await areaOf('alice@example.org'), area_id, 'the first stall');

  await join('/events/stall/join', 'bob@example.org', { neighbourhood: 'bletchley' });
  t.equal(await areaOf('bob@example.org'), neighbourhood.area_id);
  t.equal(await areaOfFirstMessage('alice@example.org'), area_id, 'and so does what is sent to them');
  t.equal(await areaOfFirstMessage('bob@example.org'), neighbourhood.area_id);

  await join('/join', 'carla@example.org');
  t.equal(await areaOf('carla@example.org'), null, 'not known yet');
  t.equal(await areaOfFirstMessage('carla@example.org'), null);
  await join('/events/other/join', 'carla@example.org');
  t.equal(await areaOf('carla@example.org'), other.area_id);

  const confirmed = await makeChampion(db, { email: 'dan@example.org' });
  await join('/events/stall/join', 'dan@example.org');
  t.equal(await areaOf(confirmed.email), null, 'a stranger’s form changes nothing of a confirmed champion');
});
