const DATABASE_DOWN = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08006',
  '53300',
]);
const DATABASE_DOWN_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** Whether an error of PostgreSQL, the pool or the network means that the database cannot be reached now. */
export const isDatabaseDown = (error: {
  code?: string;
  message?: string;
  errors?: { code?: string }[];
}): boolean =>
  DATABASE_DOWN.has(error.code ?? '') ||
  DATABASE_DOWN_WORDS.test(error.message ?? '') ||
  (error.errors?.some(isDatabaseDown) ?? false);
