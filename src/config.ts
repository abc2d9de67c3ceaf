import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** Origin under which people reach the site, without a trailing slash: `https://champions.example.org`. */
  readonly publicUrl: string;
  /** PostgreSQL connection string; undefined means the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** The folder of the programme's e-learning: one folder a module. */
  readonly contentDir: string;
  /** undefined means that messages go to the captured mailbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly sessionSecret: string;
  /** Fastify's `trustProxy`: false, or the addresses of the proxies in front of us. */
  readonly trustProxy: boolean | string;
  readonly process: 'web' | 'worker' | 'both';
  readonly logLevel: string;
  readonly rateLimits: boolean;
  /** When sessions end: so long after the last page, and so long after signing in whatever is done. */
  readonly sessionLimits: { readonly champion: SessionLimits; readonly coordinator: SessionLimits };
  /** Bearer token for `/metrics`; undefined means that the page does not exist. */
  readonly metricsToken: string | undefined;
}

export interface SessionLimits {
  readonly idleMinutes: number;
  readonly maxHours: number;
}

export class ConfigError extends Error {
  override name = 'ConfigError';
}

const SAMPLE_CONTENT = fileURLToPath(new URL('./sample/content', import.meta.url));

/** The longest that a session may be set to last. */
const DAY_IN_MINUTES = 24 * 60;
const WEEK_IN_HOURS = 7 * 24;

type Environment = Record<string, string | undefined>;

const oneOf = <T extends string>(env: Environment, name: string, allowed: readonly T[], otherwise: T): T => {
  const value = env[name] || otherwise;
  if (!allowed.includes(value as T)) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}.`);
  return value as T;
};

const wholeNumber = (env: Environment, name: string, otherwise: number, largest: number, least = 0) => {
  const value = env[name] || String(otherwise);
  if (!/^\d+$/.test(value) || Number(value) > largest || Number(value) < least) {
    throw new ConfigError(`${name} must be a whole number from ${least} to ${largest}.`);
  }
  return Number(value);
};

const urlOf = (env: Environment, name: string, protocols: readonly string[]) => {
  const value = env[name];
  if (!value) return undefined;
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
    throw new ConfigError(
      `${name} must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  }
  return value;
};

const trustProxyOf = (value: string | undefined) => {
  if (!value || value === 'false') return false;
  return value === 'true' ? true : value;
};

const refuseUnfitForProduction = (env: Environment) => {
  const needed = ['PUBLIC_URL', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'SESSION_SECRET'];
  const missing = needed.filter((name) => !env[name]);
  if (missing.length > 0) throw new ConfigError(`Production needs these variables: ${missing.join(', ')}.`);
  if (!env.PUBLIC_URL?.startsWith('https://'))
    throw new ConfigError('PUBLIC_URL must start with https:// in production.');
  if (env.RATE_LIMITS === 'off') throw new ConfigError('RATE_LIMITS cannot be off in production.');
};

/**
 * Reads and checks the environment: the one place that does.
 * @throws {ConfigError} with a sentence that names the variable to mend
 */
export const readConfig = (env: Environment = process.env): Config => {
  const environment = oneOf(env, 'NODE_ENV', ['production', 'development', 'test'], 'development');
  if (environment === 'production') refuseUnfitForProduction(env);
  const port = wholeNumber(env, 'PORT', 3000, 65535);
  const sessionSecret = env.SESSION_SECRET || developmentSecret(environment);
  if (sessionSecret.length < 32) throw new ConfigError('SESSION_SECRET must be at least 32 characters long.');
  return Object.freeze({
    environment,
    host: env.HOST || (environment === 'production' ? '0.0.0.0' : 'localhost'),
    port,
    publicUrl: new URL(urlOf(env, 'PUBLIC_URL', ['https:', 'http:']) ?? `http://localhost:${port}`).origin,
    databaseUrl: urlOf(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    dataDir: env.DATA_DIR || './data',
    contentDir: env.CONTENT_DIR || SAMPLE_CONTENT,
    smtpUrl: urlOf(env, 'SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: mailFromOf(env.MAIL_FROM || 'Westand <hello@westand.example>'),
    sessionSecret,
    trustProxy: trustProxyOf(env.TRUST_PROXY),
    process: oneOf(env, 'PROCESS', ['web', 'worker', 'both'], 'both'),
    logLevel: oneOf(env, 'LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
    rateLimits: oneOf(env, 'RATE_LIMITS', ['on', 'off'], 'on') === 'on',
    sessionLimits: {
      champion: {
        idleMinutes: wholeNumber(env, 'CHAMPION_IDLE_MINUTES', 30, DAY_IN_MINUTES, 1),
        maxHours: wholeNumber(env, 'CHAMPION_MAX_HOURS', 12, WEEK_IN_HOURS, 1),
      },
      coordinator: {
        idleMinutes: wholeNumber(env, 'COORDINATOR_IDLE_MINUTES', 15, DAY_IN_MINUTES, 1),
        maxHours: wholeNumber(env, 'COORDINATOR_MAX_HOURS', 8, WEEK_IN_HOURS, 1),
      },
    },
    metricsToken: env.METRICS_TOKEN || undefined,
  });
};

const mailFromOf = (value: string) => {
  if (!/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/.test(value)) {
    throw new ConfigError(
      'MAIL_FROM must be an email address, or a name and an address: Name <name@example.org>.',
    );
  }
  return value;
};

const developmentSecret = (environment: Config['environment']) =>
  environment === 'test' ? randomBytes(32).toString('hex') : 'for-trying-out-only-never-in-production';
