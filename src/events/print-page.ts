import type { Printable, PrintRow, Wording } from './print.ts';

const WORDINGS: { value: Wording; text: string; hint: string }[] = [
  {
    value: 'neutral',
    text: 'Neutral',
    hint: 'Says where and when, and nothing of hate crime or of champions. Anyone can be seen reading it.',
  },
  {
    value: 'campaign',
    text: 'Campaign',
    hint: 'Says what the event is about, with the campaign’s messages and hashtags, and asks people to become champions.',
  },
];

/** What a coordinator sees of an event's poster and table card before they print them. */
export const printPage = (row: PrintRow, wording: Wording, words: Printable, lost: string[]) => {
  const rows: [label: string, words: string][] = [
    ['Programme', words.programme],
    ['Campaign', words.rally],
    ['Title', words.title],
    ['Said first', words.calledOff],
    ['When', words.when],
    ['Where', words.place],
    ['How to find it', words.directions],
    ['What it is', words.sentence],
    ['The QR code leads to', words.url],
    ['Under the code', `${words.invitation} ${words.address}`],
    ['At the foot', words.safety],
  ];
  return {
    nav: 'coordinate',
    slug: row.slug,
    title: row.title,
    wording,
    isPublic: row.isPublic,
    calledOff: words.calledOff !== '',
    noCampaign: wording === 'campaign' && !words.rally,
    changedTitle: words.title !== row.title,
    lost: lost.join(' '),
    rows: rows
      .filter(([, value]) => value)
      .map(([label, value]) => ({ key: { text: label }, value: { text: value } })),
    wordings: WORDINGS.map(({ value, text, hint }) => ({
      value,
      text,
      hint: { text: hint },
      checked: value === wording,
    })),
  };
};
