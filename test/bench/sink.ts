import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import type { Server } from './processes.ts';

/** Messages before counting begins, so that connections are open and the code is warm. */
const WARM = 200;
const PATIENCE_MS = 30_000;

const stateOf = async (sink: Server) =>
  (await (await fetch(sink.url)).json()) as { received: number; last: string };

/** Messages a second at the sink once they flow, until the time is over or no more come. */
export const deliveryRate = async (sink: Server, seconds: number) => {
  const begun = performance.now();
  const before = (await stateOf(sink)).received;
  let first: { at: number; count: number } | undefined;
  let newest = { at: begun, count: before };
  for (;;) {
    await sleep(100);
    const { received: count } = await stateOf(sink);
    const at = performance.now();
    if (count > newest.count) newest = { at, count };
    if (!first && count >= before + WARM) first = { at, count };
    if (!first && at - begun > PATIENCE_MS) throw new Error('No messages came.');
    if (first && (at - first.at > seconds * 1000 || at - newest.at > 1_000)) break;
  }
  return (newest.count - first.count) / ((newest.at - first.at) / 1000);
};

/** The parts of the last message that came. */
export const lastMessage = async (sink: Server) => {
  const { text, html, attachments } = await PostalMime.parse((await stateOf(sink)).last);
  const calendar = attachments.find(({ mimeType }) => mimeType === 'text/calendar');
  if (!calendar) throw new Error('The message has no invite.');
  return { text, html, invite: new TextDecoder().decode(calendar.content as ArrayBuffer) };
};
