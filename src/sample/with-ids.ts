import { randomUUIDv7 } from 'node:crypto';

/** Gives each row an id, and tells the id by the row's own key. */
export const withIds = <T extends object>(rows: readonly T[], keyOf: (row: T) => string) => {
  const ids = new Map(rows.map((row) => [keyOf(row), randomUUIDv7()]));
  const idOf = (key: string) => {
    const id = ids.get(key);
    if (!id) throw new Error(`The sample programme has nothing named ${key}.`);
    return id;
  };
  return { rows: rows.map((row) => ({ ...row, id: idOf(keyOf(row)) })), idOf };
};
