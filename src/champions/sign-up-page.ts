import { randomUUID } from 'node:crypto';
import type { FieldErrors } from '../http/forms.ts';
import { UPDATES_WORDING } from '../programme/notice.ts';
import { type InductionSession, sessionChoices } from '../training/sessions.ts';

interface Choices {
  sessions: InductionSession[];
  neighbourhoods: { slug: string; name: string }[];
  event: { slug: string; title: string; when: string; place: string; state: string } | undefined;
  defaultSource: string;
}

const AGES = [
  { value: '18+', text: '18 or over' },
  { value: '16-17', text: '16 or 17', hint: { text: 'A parent or guardian has to agree before you start.' } },
  { value: 'under-16', text: 'Under 16' },
];

const chosen = (value: string | undefined) => (item: { value: string }) => ({
  ...item,
  checked: item.value === value,
});

/** What the sign-up page shows: the choices there are, and what was typed and has to be mended. */
export const signUpPage = (
  choices: Choices,
  values: Record<string, string> = {},
  errors: FieldErrors = {},
) => {
  const { sessions, neighbourhoods, event, defaultSource } = choices;
  const sessionItems = [...sessionChoices(sessions), { value: 'later', text: 'I’ll choose later' }];
  return {
    values,
    errors: Object.keys(errors).length > 0 ? errors : undefined,
    event,
    action: event ? `/events/${event.slug}/join` : '/join',
    submission: values.submission ?? randomUUID(),
    source: values.source ?? defaultSource,
    ageItems: AGES.map(chosen(values.ageBand)),
    sessionHint:
      sessions.length > 0
        ? 'You learn what champions do, and meet the others.'
        : 'No session has places left just now. We will add more.',
    sessionItems: sessionItems.map(chosen(values.session)),
    neighbourhoodItems: [
      { value: '', text: 'Choose, or leave empty' },
      ...neighbourhoods.map(({ slug, name }) => ({
        value: slug,
        text: name,
        selected: slug === values.neighbourhood,
      })),
    ],
    updatesItems: [{ value: 'yes', text: UPDATES_WORDING.text, checked: values.updates === 'yes' }],
  };
};
