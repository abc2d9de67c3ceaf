import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { together } from '../src/together.ts';

const NO_HURRY = 60_000;

/** Work that notes what it does together, and ends each batch when told to. */
const watched = (patience = NO_HURRY) => {
  const batches: string[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const work = together(
    async (pieces: string[]) => {
      batches.push(pieces);
      ends.push(Promise.withResolvers());
      await ends.at(-1)!.promise;
      return pieces.map((piece) => piece.toUpperCase());
    },
    { keyOf: (piece) => piece[0]!, most: 3, patience },
  );
  return { batches, ends, work };
};

t.test('what comes while others are under way goes together, in the next batch', async (t) => {
  const { batches, ends, work } = watched();
  const answers = ['alice', 'bob', 'carol'].map(work);
  t.same(batches, [['alice']], 'the first waits for nobody');
  ends[0]!.resolve();
  t.equal(await answers[0], 'ALICE');
  await pause(1);
  t.same(batches, [['alice'], ['bob', 'carol']]);
  ends[1]!.resolve();
  t.same(await Promise.all(answers), ['ALICE', 'BOB', 'CAROL']);
});

t.test('never more than there may be, and never two with the same key', async (t) => {
  const { batches, ends, work } = watched();
  const answers = ['x', 'ann', 'amy', 'bob', 'ada', 'carol', 'dan'].map(work);
  for (let turn = 0; turn < 4; turn++) {
    await pause(1);
    ends[turn]!.resolve();
  }
  t.same(await Promise.all(answers), ['X', 'ANN', 'AMY', 'BOB', 'ADA', 'CAROL', 'DAN']);
  t.same(batches, [['x'], ['ann', 'bob', 'carol'], ['amy', 'dan'], ['ada']]);
});

t.test('a batch that takes too long keeps the others waiting no longer', async (t) => {
  const { batches, ends, work } = watched(20);
  const [slow, quick] = [work('slow'), work('quick')];
  await pause(60);
  t.same(batches, [['slow'], ['quick']]);
  ends[1]!.resolve();
  t.equal(await quick, 'QUICK');
  ends[0]!.resolve();
  t.equal(await slow, 'SLOW');
  const last = work('last');
  ends[2]!.resolve();
  t.equal(await last, 'LAST', 'and those who come after go on');
});

t.test('what fails for all is told to all, what fails for one to that one alone', async (t) => {
  const work = together(
    async (pieces: number[]) => {
      if (pieces.includes(13)) throw new Error('all of it');
      return pieces.map(async (piece) => {
        if (piece === 7) throw new Error('this one');
        return piece * 2;
      });
    },
    { keyOf: String, most: 10, patience: NO_HURRY },
  );
  const outcomes = async (...pieces: number[]) => {
    const settled = await Promise.allSettled([0, ...pieces].map(work));
    return settled.slice(1).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message));
  };
  t.same(await outcomes(1, 7, 2), [2, 'this one', 4]);
  t.same(await outcomes(1, 13, 2), ['all of it', 'all of it', 'all of it']);
  t.same(await outcomes(5), [10], 'and it goes on');
});
