export const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
};

type Results<W> = { [K in keyof W]: W[K] extends () => Promise<infer T> ? T[] : never };

/** Does each piece of work in turn, several times over, so that a slow minute of the machine hits all of them. */
export const inTurns = async <W extends Record<string, () => Promise<unknown>>>(times: number, work: W) => {
  const results = Object.fromEntries(Object.keys(work).map((name) => [name, [] as unknown[]]));
  for (let turn = 0; turn < times; turn++) {
    for (const [name, piece] of Object.entries(work)) results[name]!.push(await piece());
  }
  return results as Results<W>;
};

/** The median of each figure of several measurements. */
export const medians = <K extends string>(measured: readonly Record<K, number>[]): Record<K, number> => {
  const names = Object.keys(measured[0]!) as K[];
  return Object.fromEntries(names.map((name) => [name, median(measured.map((one) => one[name]))])) as Record<
    K,
    number
  >;
};
