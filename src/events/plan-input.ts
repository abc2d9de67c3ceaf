import type { Actor } from '../audit.ts';
import type { Db } from '../db.ts';
import type { FieldErrors } from '../http/forms.ts';
import { findLeads, isLead, MOST_LEADS, planChoices } from './choices.ts';
import type { EventPlan } from './plan.ts';
import { type PlanForm, readPlanForm, type TypedLead } from './plan-form.ts';
import type { PlannedEvent } from './plans.ts';

interface Found {
  id: string;
  name: string;
  neighbourhood: string;
}

type FoundLead =
  | { id: string | null }
  | { field: 'lead' | 'leadName'; error: string; leads: readonly Found[] };

interface Input {
  form: Partial<PlanForm>;
  /** What the form's schema found already. */
  errors: FieldErrors;
  /** The event as it is, where one is changed. */
  current?: PlannedEvent | undefined;
  actor: Actor;
  areaIds: string[];
  timeZone: string;
  now: Temporal.Instant;
}

/** Who is to lead it: found by their name where one person has it, else to be chosen from those who do. */
const findLead = async (
  db: Db,
  lead: TypedLead,
  areaId: string,
  { current, actor, now }: Input,
): Promise<FoundLead> => {
  if ('id' in lead) {
    const { id } = lead;
    if (id === null || id === current?.leadId || (await isLead(db, areaId, id))) return { id };
    return { field: 'lead', error: 'Choose someone who can lead there', leads: [] };
  }
  const leads = await findLeads(db, actor, areaId, lead.name, now);
  if (leads.length === 1) return { id: leads[0]!.id };
  if (leads.length === 0)
    return {
      field: 'leadName',
      error: 'Nobody there who can lead has that name. Enter a part of the name',
      leads,
    };
  if (leads.length > MOST_LEADS)
    return { field: 'leadName', error: 'Many people have that name. Enter more of it', leads: [] };
  return { field: 'lead', error: 'Several people have that name. Choose one of them', leads };
};

/** Understands what was typed of an event: the plan, or what is to be mended. */
export const readPlan = async (
  db: Db,
  input: Input,
): Promise<{ plan: EventPlan } | { errors: FieldErrors; leads: readonly Found[] }> => {
  const { form, errors, current, areaIds, timeZone, now } = input;
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const choices = await planChoices(db, areaIds, today, current);
  const read = readPlanForm(form, errors, { choices, current, timeZone, now });
  const asked = !read.errors.lead && !read.errors.leadName && read.plan.areaId;
  const lead = asked ? await findLead(db, read.lead, read.plan.areaId, input) : { id: null };
  if ('error' in lead) return { errors: { ...read.errors, [lead.field]: lead.error }, leads: lead.leads };
  if (Object.keys(read.errors).length > 0) return { errors: read.errors, leads: [] };
  return { plan: { ...read.plan, leadId: lead.id } };
};
