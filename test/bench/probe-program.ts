import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// Asks for the smallest page again and again over one connection, and tells how long the slowest answer took. Halfway,
// where asked to, something else asks for the calendar feed; only what begins after that counts.

interface Options {
  url: string;
  seconds: number;
  rebuild: boolean;
}

const { url, seconds, rebuild }: Options = JSON.parse(process.argv[2] ?? '{}');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const answer = (path: string, options = {}) =>
  new Promise<void>((resolve, reject) => {
    get(url + path, options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });

const probeFor = async (milliseconds: number) => {
  let worst = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; await sleep(1)) {
    const begun = performance.now();
    await answer('/healthz', { agent });
    worst = Math.max(worst, performance.now() - begun);
  }
  return worst;
};

await probeFor((seconds * 1000) / 2);
// Asked for without its body, so that reading it does not slow down the probe itself.
const feed = rebuild ? answer('/events.ics', { method: 'HEAD' }) : undefined;
const worst = await probeFor((seconds * 1000) / 2);
await feed;
agent.destroy();
console.log(JSON.stringify({ worst }));
