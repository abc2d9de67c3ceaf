/** One statement as the product sent it. */
export interface Sent {
  text: string;
  values: unknown[];
}

/** A piece of a text: words, or what differs from one sign-up to the next. `id` numbers the ids made for a person. */
export type Part = string | { id: number } | { person: true } | { session: true };

/** A text in pieces, so many random bytes, or something that is the same for everyone. */
export type Value = { parts: Part[] } | { bytes: number } | { same: unknown };

export interface Statement {
  text: string;
  values: Value[];
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const CONTROL = /^(begin|commit|start transaction)/i;

const uuidsOf = (sent: Sent[]) => [...new Set(JSON.stringify(sent.map(({ values }) => values)).match(UUID))];

const isBytes = (value: unknown): value is { bytes: number } =>
  typeof value === 'object' && value !== null && 'bytes' in value;

/** What the product sends for a sign-up, without the transaction's ends: one person's statements next to another's. */
export const statementsOf = (
  sent: Sent[],
  another: Sent[],
  { email, session }: { email: string; session: string },
): Statement[] => {
  if (sent.map(({ text }) => text).join() !== another.map(({ text }) => text).join()) {
    throw new Error('Two sign-ups sent different statements.');
  }
  const shared = new Set(uuidsOf(another));
  const own = uuidsOf(sent).filter((id) => !shared.has(id));
  const marks = new Map<string, Part>([
    [email, { person: true }],
    [session, { session: true }],
    ...own.map((uuid, id) => [uuid, { id }] as [string, Part]),
  ]);
  const finder = new RegExp(`(${[...marks.keys()].map((mark) => mark.replaceAll('.', '\\.')).join('|')})`);
  const toValue = (value: unknown): Value => {
    if (isBytes(value)) return value;
    if (typeof value !== 'string' || !finder.test(value)) return { same: value };
    return {
      parts: value
        .split(finder)
        .filter(Boolean)
        .map((piece) => marks.get(piece) ?? piece),
    };
  };
  return sent
    .filter(({ text }) => !CONTROL.test(text))
    .map(({ text, values }) => ({ text, values: values.map(toValue) }));
};
