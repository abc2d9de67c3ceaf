import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import type { Server } from './processes.ts';

/** Messages before anything is measured, so that connections are open and the code is warm. */
const WARM = 1_000;
const PATIENCE_MS = 30_000;
/** For so long nothing comes before we take it that there is no more: a sender that stands back may pause. */
const SILENCE_MS = 3_000;

const stateOf = async (sink: Server) =>
  (await (await fetch(sink.url)).json()) as { received: number; last: string };

/** Resolves when the sender at work is warm. */
export const untilWarm = async (sink: Server) => {
  const { received: before } = await stateOf(sink);
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(50)) {
    if ((await stateOf(sink)).received >= before + WARM) return;
  }
  throw new Error('Hardly any messages came.');
};

/** Messages a second at the sink, until the time is over or no more come. */
export const deliveryRate = async (sink: Server, seconds: number) => {
  const begun = performance.now();
  const { received: before } = await stateOf(sink);
  let newest = { at: begun, count: before };
  for (let at = begun; at - begun < seconds * 1000 && at - newest.at < SILENCE_MS; at = performance.now()) {
    await sleep(100);
    const { received: count } = await stateOf(sink);
    if (count > newest.count) newest = { at: performance.now(), count };
  }
  return newest.count === before ? 0 : (newest.count - before) / ((newest.at - begun) / 1000);
};

/** The parts of the last message that came. */
export const lastMessage = async (sink: Server) => {
  const { text, html, attachments } = await PostalMime.parse((await stateOf(sink)).last);
  const calendar = attachments.find(({ mimeType }) => mimeType === 'text/calendar');
  if (!calendar) throw new Error('The message has no invite.');
  return { text, html, invite: new TextDecoder().decode(calendar.content as ArrayBuffer) };
};
