import { readFileSync } from 'node:fs';
import t from 'tap';
import { ConfigError, readConfig } from '../src/config.ts';

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://champions.example.org',
  DATABASE_URL: 'postgresql://westand@db/westand',
  SMTP_URL: 'smtp://mail:25',
  MAIL_FROM: 'Westand <hello@example.org>',
  SESSION_SECRET: 'x'.repeat(32),
};

t.test('needs nothing to be tried out', async (t) => {
  const config = readConfig({});
  t.equal(config.environment, 'development');
  t.equal(config.publicUrl, 'http://localhost:3000');
  t.equal(config.databaseUrl, undefined);
  t.equal(config.smtpUrl, undefined);
  t.ok(Object.isFrozen(config));
});

t.test('an empty variable is as good as none', async (t) => {
  t.same(readConfig({ PORT: '', DATABASE_URL: '', METRICS_TOKEN: '' }), readConfig({}));
});

t.test('takes what production needs', async (t) => {
  const config = readConfig(production);
  t.equal(config.host, '0.0.0.0');
  t.equal(config.publicUrl, 'https://champions.example.org');
});

for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'SESSION_SECRET']) {
  t.test(`production refuses to start without ${name}`, async (t) => {
    t.throws(
      () => readConfig({ ...production, [name]: undefined }),
      new ConfigError(`Production needs these variables: ${name}.`),
    );
  });
}

t.test('production names everything that is missing', async (t) => {
  t.throws(() => readConfig({ NODE_ENV: 'production' }), {
    message:
      'Production needs these variables: PUBLIC_URL, DATABASE_URL, SMTP_URL, MAIL_FROM, SESSION_SECRET.',
  });
});

t.test('production refuses what is unsafe', async (t) => {
  t.throws(() => readConfig({ ...production, PUBLIC_URL: 'http://example.org' }), {
    message: /^PUBLIC_URL /,
  });
  t.throws(() => readConfig({ ...production, RATE_LIMITS: 'off' }), { message: /^RATE_LIMITS / });
  t.throws(() => readConfig({ ...production, SESSION_SECRET: 'short' }), { message: /^SESSION_SECRET / });
});

const refused: [name: string, values: string[]][] = [
  ['NODE_ENV', ['prod']],
  ['PORT', ['-1', '70000', '80a', '3.5']],
  ['PUBLIC_URL', ['example.org', 'ftp://example.org']],
  ['DATABASE_URL', ['mysql://db/westand', 'westand']],
  ['SMTP_URL', ['http://mail', 'mail:25']],
  ['MAIL_FROM', ['Westand', 'Westand <hello>', 'a@b\r\nBcc: c@d', 'A <a@b.example> <c@d.example>']],
  ['SESSION_SECRET', ['x'.repeat(31)]],
  ['PROCESS', ['cron']],
  ['LOG_LEVEL', ['loud']],
  ['RATE_LIMITS', ['no']],
  ['CHAMPION_IDLE_MINUTES', ['0', '1441', 'half an hour']],
  ['CHAMPION_MAX_HOURS', ['0', '169', '-1']],
  ['COORDINATOR_IDLE_MINUTES', ['0', '1441', '1.5']],
  ['COORDINATOR_MAX_HOURS', ['0', '169', '8h']],
];

for (const [name, values] of refused) {
  t.test(`a bad ${name} stops the boot, by name`, async (t) => {
    for (const value of values) {
      t.throws(
        () => readConfig({ [name]: value }),
        { name: 'ConfigError', message: new RegExp(`^${name} `) },
        value,
      );
    }
  });
}

t.test('reads when sessions end', async (t) => {
  t.same(readConfig({}).sessionLimits, {
    champion: { idleMinutes: 30, maxHours: 12 },
    coordinator: { idleMinutes: 15, maxHours: 8 },
  });
  const env = { CHAMPION_IDLE_MINUTES: '5', COORDINATOR_MAX_HOURS: '1' };
  t.match(readConfig(env).sessionLimits, { champion: { idleMinutes: 5 }, coordinator: { maxHours: 1 } });
});

t.test('reads who may stand in front', async (t) => {
  t.equal(readConfig({}).trustProxy, false);
  t.equal(readConfig({ TRUST_PROXY: 'true' }).trustProxy, true);
  t.equal(readConfig({ TRUST_PROXY: '10.0.0.0/8' }).trustProxy, '10.0.0.0/8');
});

t.test('the README has every variable', async (t) => {
  const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const names = [...read('src/config.ts').matchAll(/\benv(?:\.|, ')([A-Z_]+)/g)].map((found) => found[1]!);
  const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((found) => found[1]!);
  t.same([...new Set(names)].sort(), [...rows].sort());
});
