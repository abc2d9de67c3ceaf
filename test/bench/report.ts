import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import pg from 'pg';
import type { Bench, Row } from './bench.ts';

const HEADINGS = ['what', 'ours', 'limit', 'ratio', 'goal', 'met'];

const cells = ({ what, ours, limit, ratio, goal, met }: Row) => [
  what,
  ours,
  limit,
  ratio === undefined ? '' : ratio.toFixed(2),
  goal,
  met ? 'yes' : 'NO',
];

const table = (rows: Row[]) => {
  const lines = [HEADINGS, ...rows.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const padded = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [padded[0], rule, ...padded.slice(1)].join('\n');
};

const machine = async ({ databaseUrl, seconds, times, sizes }: Bench) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query('show server_version');
  await client.end();
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const filled = Object.entries(sizes).map(([name, count]) => `${count.toLocaleString('en-GB')} ${name}`);
  return [
    `${Temporal.Now.plainDateISO()}, ${availableParallelism()} cores (${model}), Node ${process.versions.node}, PostgreSQL ${rows[0].server_version}.`,
    `The database holds ${filled.join(', ')}. Each figure is the median of ${times} measurements of ${seconds} s, taken in`,
    'turns with its limit; where pages alone are the limit, the ratio is the median of the ratios of each turn.',
    'Servers, database and load share the cores.',
  ].join('\n');
};

/** Writes the figures down, and prints them; what missed its goal comes last. */
export const report = async (bench: Bench, rows: Row[], file: URL | undefined) => {
  const text = `# Speed\n\nMade by \`npm run bench\`.\n\n${await machine(bench)}\n\n${table(rows)}\n`;
  if (file) await writeFile(file, text);
  console.log(`\n${text}`);
  const missed = rows.filter(({ met }) => !met);
  console.log(
    missed.length > 0 ? `${missed.length} goals missed:\n\n${table(missed)}` : 'Every goal is met.',
  );
};
