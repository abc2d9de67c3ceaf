import { freePort } from '../../.ci/free-port.ts';
import { type Bench, type Row, underRow } from './bench.ts';
import { embedded } from './figures/embedded.ts';
import { knownOrNot } from './figures/known-or-not.ts';
import { mail } from './figures/mail.ts';
import { notModified } from './figures/not-modified.ts';
import { pageWeight } from './figures/page-weight.ts';
import { pages } from './figures/pages.ts';
import { signUp } from './figures/sign-up.ts';
import { startUp } from './figures/start-up.ts';
import { training } from './figures/training.ts';
import { week } from './figures/week.ts';
import { fillPostgres } from './fill/fill.ts';
import { startPostgres } from './postgres.ts';
import { startProduct, startServer } from './processes.ts';
import { report } from './report.ts';
import { recordSignUp } from './sign-up/record.ts';

// npm run bench                     everything
// npm run bench -- --quick          small and short, to try the bench itself; latest.md stays as it is
// npm run bench -- pages sign-up    only these

const memory = (when: string, { product }: Bench) =>
  underRow(
    `memory of the web process after ${when}`,
    product.memory(),
    250e6,
    (bytes) => `${Math.round(bytes / 1e6)} MB`,
  );

/** Measured before anything else runs on these cores, as on the machine of someone who tries Westand out. */
const beforehand = { 'start-up': startUp };

const figures = {
  pages,
  'not-modified': notModified,
  'sign-up': signUp,
  'known-or-not': knownOrNot,
  mail,
  embedded,
  'page-weight': pageWeight,
  memory: async (bench: Bench) => [memory('public pages and sign-ups', bench)],
  week,
  training,
};

const wanted = process.argv.slice(2).filter((word) => word in beforehand || word in figures);
const quick = process.argv.includes('--quick');
const all = wanted.length === 0;
const rows: Row[] = [];

const measureEach = async <With>(figures: Record<string, (with_: With) => Promise<Row[]>>, with_: With) => {
  for (const [name, figure] of Object.entries(figures)) {
    if (!all && !wanted.includes(name)) continue;
    console.log(`Measuring ${name}.`);
    rows.push(...(await figure(with_)));
  }
};

const howMuch = quick
  ? { seconds: 2, times: 1, tries: 50, sizes: { champions: 2_000, events: 2_000, messages: 3_000 } }
  : { seconds: 6, times: 3, tries: 1_000, sizes: { champions: 100_000, events: 2_000, messages: 300_000 } };

const measure = async (databaseUrl: string) => {
  console.log('Filling the database.');
  await fillPostgres(databaseUrl, howMuch.sizes);
  const statements = await recordSignUp(databaseUrl);
  const smtpPort = String(await freePort());
  const sink = await startServer('smtp-sink.ts', { SMTP_PORT: smtpPort });
  const smtpUrl = `smtp://127.0.0.1:${smtpPort}`;
  const product = await startProduct({ DATABASE_URL: databaseUrl, SMTP_URL: smtpUrl });
  const bench: Bench = { ...howMuch, databaseUrl, product, sink, smtpUrl, statements };
  try {
    await measureEach(figures, bench);
    rows.push(memory('all this', bench));
    await report(bench, rows, all && !quick ? new URL('latest.md', import.meta.url) : undefined);
  } finally {
    await Promise.all([product.stop(), sink.stop()]);
  }
};

process.on('SIGINT', () => process.exit(130));
await measureEach(beforehand, howMuch);
const postgres = await startPostgres();
try {
  await measure(postgres.url);
} finally {
  await postgres.stop();
}
