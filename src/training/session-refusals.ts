import type { PlannedSession } from './planned-sessions.ts';
import type { SessionRefusal } from './save-session.ts';

/** Why a session could not be planned so, beside the field where it arises. */
export const sessionRefusal = (
  { refused }: SessionRefusal,
  session?: Pick<PlannedSession, 'booked'>,
): Record<string, string> => {
  switch (refused) {
    case 'elsewhere':
      return { pitch: 'This place can not be chosen any more. Choose another one' };
    case 'module':
      return { module: 'This module is not taken any more. Choose another one' };
    case 'booked':
      return {
        capacity: `${session?.booked ?? 'More'} people have a place already. Enter that number or more`,
      };
    case 'cancelled':
      return { date: 'This session is cancelled, so it can not be changed. Copy it to another day' };
    case 'over':
      return { date: 'This session is over, so its time and place stay as they are' };
    case 'stale':
      return { date: 'Someone else changed this session meanwhile' };
    case 'sent before':
      return { date: 'This was saved when you pressed the button the first time' };
    case 'unknown':
      return { date: 'There is no such session' };
  }
};
