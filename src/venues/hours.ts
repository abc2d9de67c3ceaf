/** Weekdays as ISO 8601 counts them. */
export const WEEKDAYS = [
  { weekday: 1, name: 'Monday' },
  { weekday: 2, name: 'Tuesday' },
  { weekday: 3, name: 'Wednesday' },
  { weekday: 4, name: 'Thursday' },
  { weekday: 5, name: 'Friday' },
  { weekday: 6, name: 'Saturday' },
  { weekday: 7, name: 'Sunday' },
] as const;

export interface OpeningHours {
  weekday: number;
  /** '09:00' */
  opens: string;
  /** '17:30'; '24:00' is the end of the day. */
  closes: string;
}

const TIME = /^(\d{1,2})(?:[:.]?([0-5]\d))?(?::[0-5]\d)?\s*(am|pm)?$/i;

/** '09:00' for what a time field sends and for what people type: 9, 9am, 9.30, 0930, 5:30 pm. */
export const readTime = (typed: string): string | undefined => {
  const [, hours, minutes = '00', half] = TIME.exec(typed.replaceAll(/\s+/g, ' ').trim()) ?? [];
  if (hours === undefined) return undefined;
  let hour = Number(hours);
  if (half && (hour < 1 || hour > 12)) return undefined;
  if (half) hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hour > 24 || (hour === 24 && minutes !== '00')) return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
};

/** '9am', '5:30pm', 'midday', 'midnight': a wall clock time in words. */
export const timeInWords = (time: string) => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (minute === 0 && hour % 24 === 0) return 'midnight';
  if (minute === 0 && hour === 12) return 'midday';
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 || 12}${minutes}${hour < 12 ? 'am' : 'pm'}`;
};

/** What a time field shows: the end of the day is written 00:00 there. */
export const timeForField = (time: string) => {
  const [hour = '', minute = ''] = time.split(':');
  return `${hour === '24' ? '00' : hour}:${minute}`;
};
