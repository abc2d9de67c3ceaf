import { codeFor } from '../../src/accounts/code.ts';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db.ts';
import type { Bench } from './bench.ts';
import { FORM_HEADERS } from './sign-up/request.ts';

const newestCode = async (databaseUrl: string, email: string) => {
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' });
  const message = await db
    .selectFrom('messages')
    .select('data')
    .where('recipient', '=', email)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  await close();
  return codeFor(String(message.data.codeId), readConfig({ NODE_ENV: 'development' }).sessionSecret);
};

/** The cookie of someone who has signed in with a code. */
export const signedIn = async (
  { product, databaseUrl }: Pick<Bench, 'product' | 'databaseUrl'>,
  email: string,
) => {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const post = async (path: string, form: Record<string, string>) => {
    const response = await fetch(product.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...FORM_HEADERS, cookie: cookie() },
      body: new URLSearchParams(form).toString(),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name) cookies.set(name, value!);
    }
  };
  await post('/sign-in', { email });
  await post('/sign-in/code', { code: await newestCode(databaseUrl, email) });
  return cookie();
};
