interface Waiting<T, R> {
  piece: T;
  resolve(result: R | PromiseLike<R>): void;
  reject(error: unknown): void;
}

interface Limits<T> {
  /** Two pieces with the same key never go together. */
  keyOf(piece: T): string;
  /** Of how many pieces a batch is made at most. */
  most: number;
  /** After how many milliseconds a batch keeps the others waiting no longer. */
  patience: number;
}

/** Takes the first of each key, and leaves the others. */
const takeBatch = <T, R>(waiting: Waiting<T, R>[], { keyOf, most }: Limits<T>) => {
  const batch = new Map<string, Waiting<T, R>>();
  const left: Waiting<T, R>[] = [];
  for (const one of waiting) {
    const key = keyOf(one.piece);
    if (batch.size < most && !batch.has(key)) batch.set(key, one);
    else left.push(one);
  }
  return { batch: [...batch.values()], left };
};

/**
 * Lets pieces of work that come at the same time be done together. One that comes while there is nothing to do is done
 * at once; those that come while others are under way wait, and make up the next batch.
 * @param doAll does a batch, and answers each of its pieces in their order, some perhaps later
 */
export const together = <T, R>(doAll: (pieces: T[]) => Promise<(R | Promise<R>)[]>, limits: Limits<T>) => {
  let waiting: Waiting<T, R>[] = [];
  /** The batch that the others wait for. */
  let underWay: Waiting<T, R>[] | undefined;

  const answer = async (batch: Waiting<T, R>[]) => {
    try {
      const results = await doAll(batch.map(({ piece }) => piece));
      for (const [at, { resolve }] of batch.entries()) resolve(results[at]!);
      await Promise.allSettled(results);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const doNext = async () => {
    if (underWay || waiting.length === 0) return;
    const { batch, left } = takeBatch(waiting, limits);
    waiting = left;
    underWay = batch;
    const letOthersGo = () => {
      if (underWay !== batch) return;
      underWay = undefined;
      doNext();
    };
    const late = setTimeout(letOthersGo, limits.patience);
    await answer(batch);
    clearTimeout(late);
    letOthersGo();
  };

  return (piece: T) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ piece, resolve, reject });
      doNext();
    });
};
