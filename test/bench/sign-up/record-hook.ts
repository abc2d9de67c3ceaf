import { appendFileSync } from 'node:fs';
import pg from 'pg';

// Loaded into the product with --import: writes down every statement that it sends over its own connections.

interface Sent {
  text: string;
  values?: unknown[];
}

const plain = (value: unknown) => {
  if (Buffer.isBuffer(value)) return { bytes: value.length };
  return value instanceof Temporal.Instant ? value.toString() : value;
};

const { query } = pg.Client.prototype;
type Query = (this: pg.Client, ...args: unknown[]) => unknown;

pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [first, values] = args as [string | Sent, unknown[] | undefined];
  const sent: Sent = typeof first === 'string' ? { text: first, values } : first;
  const ours = Reflect.get(this, 'connectionParameters')?.application_name === 'westand';
  if (ours) {
    const line = JSON.stringify({ text: sent.text, values: (sent.values ?? []).map(plain) });
    appendFileSync(process.env.RECORD_TO!, `${line}\n`);
  }
  return (query as Query).apply(this, args);
} as typeof query;
