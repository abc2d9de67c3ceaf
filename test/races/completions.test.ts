import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type RecordToWrite, recordCompletions } from '../../src/completions/completions.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { makeChampion, makeModule } from '../make.ts';

const PEOPLE = 100;

t.test('two files with the same people, the other way round, both go in', needsPostgres(), async (t) => {
  const { db, clock } = await testApp(t);
  const module = await makeModule(db, { slug: 'safeguarding' });
  const people: string[] = [];
  for (let i = 0; i < PEOPLE; i++) people.push((await makeChampion(db)).id);
  const record = (championId: string): RecordToWrite => ({
    championId,
    moduleId: module.id,
    moduleVersion: 1,
    passedOn: Temporal.PlainDate.from('2026-11-20'),
    expiresOn: null,
    reference: randomUUID(),
    score: null,
  });
  const writing = { source: 'xapi' as const, recordedBy: null, now: clock.now() };
  const write = (ids: string[]) =>
    db.transaction().execute((trx) => recordCompletions(trx, ids.map(record), writing));
  const files = Array.from({ length: 20 }, (_, i) => (i % 2 ? people : people.toReversed()));
  const written = await Promise.all(files.map(write));
  t.same([...new Set(written.map(({ length }) => length))], [PEOPLE]);
});
