import QRCode from 'qrcode';
import type { Db } from '../db.ts';
import { formatDay } from '../time.ts';
import { findAuthenticatorApp } from './authenticator-app.ts';
import { listPasskeys } from './passkeys.ts';
import { countRecoveryCodes } from './recovery-codes.ts';

interface Reader {
  coordinatorId: string;
  timeZone: string;
  now: Temporal.Instant;
}

/** What a coordinator's page of factors shows: each with when it was added and last used. */
export const secondFactorPage = async (db: Db, { coordinatorId, timeZone, now }: Reader) => {
  const [passkeys, app, recovery] = await Promise.all([
    listPasskeys(db, coordinatorId),
    findAuthenticatorApp(db, coordinatorId),
    countRecoveryCodes(db, coordinatorId),
  ]);
  const day = (instant: Temporal.Instant | null) => instant && formatDay(instant, timeZone, now);
  const inWords = <T extends { addedAt: Temporal.Instant; lastUsedAt: Temporal.Instant | null }>(one: T) => ({
    ...one,
    added: day(one.addedAt),
    lastUsed: day(one.lastUsedAt) ?? 'Not yet',
  });
  return {
    passkeys: passkeys.map(inWords),
    app: app && inWords(app),
    hasNone: passkeys.length === 0 && !app,
    isLast: passkeys.length + (app ? 1 : 0) === 1,
    recovery: { left: recovery.left, made: day(recovery.madeAt) },
  };
};

/** A QR code to be shown in the page itself: no address holds what is in it. */
export const qrInPage = async (text: string) => {
  const svg = await QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  return svg.replace('<svg ', '<svg class="ws-qr" role="img" aria-label="QR code to scan with your app" ');
};
