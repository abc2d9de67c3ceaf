import type { Compilable, CompiledQuery } from 'kysely';
import type { Trx } from './db.ts';

/** Stands in a query for a value that is not there yet. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const slotsFor = <V extends object>(values: V) =>
  Object.fromEntries(Object.keys(values).map((name) => [name, new Slot(name)])) as V;

/**
 * Builds and compiles a query once, and gives it other values each time: for what runs for every sign-up, where that
 * work would take a third of the web's time.
 * @param build is called once, with stand-ins: it can hand them to the query, and not look at them
 */
export const compiledOnce = <V extends object, R>(build: (trx: Trx, values: V) => Compilable<R>) => {
  let compiled: CompiledQuery<R> | undefined;
  return (trx: Trx, values: Required<V>): CompiledQuery<R> => {
    compiled ??= build(trx, slotsFor(values)).compile();
    const parameters = compiled.parameters.map((one) =>
      one instanceof Slot ? values[one.name as keyof V] : one,
    );
    return { ...compiled, parameters };
  };
};
