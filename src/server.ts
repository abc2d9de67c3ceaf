import { enableCompileCache } from 'node:module';
import { ConfigError } from './config.ts';

// Before the rest is loaded: a second start then finds its code compiled.
enableCompileCache();
const { start } = await import('./start.ts');

try {
  await start();
} catch (error) {
  console.error(error instanceof ConfigError ? `Westand cannot start. ${error.message}` : error);
  process.exit(1);
}
