import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import type { Cursor } from '../events/events.ts';
import { readCursor, readDate, writeCursor } from '../events/filters.ts';
import type { FieldErrors } from '../http/forms.ts';
import { formatMoment, startOfDay } from '../time.ts';
import { auditChoices, type FoundEntry, searchAudit } from './audit-search.ts';
import { actionWords, detailWords, entryWords, kindWords, subjectLink } from './audit-words.ts';

const none = Type.Literal('');
const word = Type.Optional(Type.String({ maxLength: 60, pattern: '^[a-z -]*$' }));
const id = Type.Optional(Type.Union([uuidField, none]));
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

const Query = Type.Object(
  {
    coordinator: id,
    action: word,
    kind: word,
    about: id,
    from: text(20),
    to: text(20),
    after: text(90),
    before: text(90),
  },
  { additionalProperties: false },
);
type Query = Static<typeof Query>;

const AT = '/coordinate/audit';

const addressOf = (query: Record<string, string>, cursor: Cursor | undefined, text: string) =>
  cursor && {
    href: `${AT}?${new URLSearchParams({ ...query, [cursor.side]: writeCursor(cursor) })}`,
    text,
  };

/** Understands the days: from the start of the first to the end of the last. */
const readDays = ({ from, to }: Query, timeZone: string) => {
  const first = from ? readDate(from) : undefined;
  const last = to ? readDate(to) : undefined;
  const errors: FieldErrors = {};
  if (from && !first) errors.from = 'Enter a real date to look from, like 16/10/2027';
  if (to && !last) errors.to = 'Enter a real date to look up to, like 16/10/2027';
  if (first && last && last < first) errors.to = 'The last day must be on or after the first day';
  return {
    errors,
    from: first ? startOfDay(first, timeZone) : undefined,
    until: last ? startOfDay(Temporal.PlainDate.from(last).add({ days: 1 }).toString(), timeZone) : undefined,
  };
};

/** Administrators search what was done, by whom and to what. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  app.get(
    AT,
    { config: { access: 'administrator' }, schema: { querystring: Query } },
    async (request, reply) => {
      const query = request.query as Query;
      const { timeZone } = await content.programme();
      const now = clock.now();
      const { errors, from, until } = readDays(query, timeZone);
      const wrong = Object.keys(errors).length > 0;
      const { coordinator, action, kind, about, from: typedFrom, to: typedTo } = query;
      const filters = {
        coordinatorId: coordinator || undefined,
        action: action || undefined,
        kind: kind || undefined,
        subjectId: about || undefined,
        from,
        until,
      };
      const [choices, found] = await Promise.all([
        auditChoices(db),
        wrong ? { entries: [] } : searchAudit(db, filters, readCursor(query)),
      ]);
      const chosen = Object.fromEntries(
        Object.entries({ coordinator, action, kind, about, from: typedFrom, to: typedTo }).filter(
          (entry): entry is [string, string] => Boolean(entry[1]),
        ),
      );
      const inWords = (entry: FoundEntry) => ({
        when: formatMoment(entry.at, timeZone, now),
        who: entry.who,
        what: entryWords(entry),
        link: subjectLink(entry),
        area: entry.area,
        details: detailWords(entry.details),
      });
      if (wrong) reply.code(422);
      return reply.page('accounts/audit', {
        errors: wrong ? errors : undefined,
        values: chosen,
        filtered: Object.keys(chosen).length > 0,
        coordinatorItems: [
          { value: '', text: 'Everyone' },
          ...choices.coordinators.map(({ id: value, fullName, endedAt }) => ({
            value,
            text: endedAt ? `${fullName} (ended)` : fullName,
          })),
        ],
        actionItems: [
          { value: '', text: 'Everything' },
          ...choices.actions.map((value) => ({ value, text: actionWords(value) })),
        ],
        kindItems: [
          { value: '', text: 'Anything' },
          ...choices.kinds.map((value) => ({ value, text: kindWords(value) })),
        ],
        entries: found.entries.map(inWords),
        pages: ('newer' in found || 'older' in found) &&
          (found.newer || found.older) && {
            previous: addressOf(chosen, found.newer, 'Newer'),
            next: addressOf(chosen, found.older, 'Older'),
          },
      });
    },
  );
};
