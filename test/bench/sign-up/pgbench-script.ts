import pg from 'pg';
import { SESSIONS } from '../fill/fill.ts';
import type { Part, Statement, Value } from './statements.ts';

const HEADER = `-- What the product sends to PostgreSQL for one sign-up of a new person who chooses a session, recorded by
-- \`npm run bench\`, in one transaction. Made anew by every run.
\\set n random(1, 1000000000000000)
\\set session random(1, ${SESSIONS})
begin;
`;

/** Ids in the order of time, as the product's are; the same within a transaction for the same n and k. */
const FUNCTION = `create or replace function bench_new_id(n bigint, k integer) returns uuid language sql stable
  return (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text || k::text), 1, 19))::uuid`;

/** A colon would be a variable of pgbench's. */
const quoted = (text: string) =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`;

const partSql = (part: Part) => {
  if (typeof part === 'string') return quoted(part);
  if ('id' in part) return `bench_new_id(:n, ${part.id})`;
  return 'person' in part ? `('new-' || :n::text || '@example.org')` : 'bench_id(9, :session)';
};

const valueSql = (value: Value, type: string) => {
  if ('bytes' in value) return `sha256(:n::text::bytea)`;
  if ('parts' in value) return `(${value.parts.map(partSql).join(' || ')})::${type}`;
  if (value.same === null) return `null::${type}`;
  const { same } = value;
  const text = typeof same === 'object' ? JSON.stringify(same) : String(same);
  return `${quoted(text)}::${type}`;
};

const typesOf = async (client: pg.Client, { text }: Statement): Promise<string[]> => {
  await client.query(`prepare recorded as ${text}`);
  const { rows } = await client.query(`select parameter_types::text[] as types from pg_prepared_statements`);
  await client.query('deallocate recorded');
  return rows[0].types;
};

/** Translates the statements into a script for pgbench, with the types that PostgreSQL finds for each parameter. */
export const pgbenchScript = async (databaseUrl: string, statements: Statement[]) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(FUNCTION);
  const lines: string[] = [];
  for (const statement of statements) {
    const types = await typesOf(client, statement);
    const filled = statement.text.replaceAll(/\$(\d+)/g, (_, n) => {
      const at = Number(n) - 1;
      return valueSql(statement.values[at]!, types[at]!);
    });
    lines.push(`${filled.trim()};\n`);
  }
  await client.end();
  return `${HEADER}${lines.join('')}commit;\n`;
};
