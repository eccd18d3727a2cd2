import {
  attributeFilters,
  integer,
  nonEmptyString,
  nullable,
  omittable,
  optional,
  strictModel,
  string,
  typeFilters,
  type Infer,
  type JsonObject,
} from '@fractal-server/domain';

/** What a job is submitted with (contract: api-execution 5.1). */
export const jobCreate = strictModel(
  'JobCreate',
  {
    first_task_index: optional(nullable(integer({ ge: 0 })), null),
    last_task_index: optional(nullable(integer({ ge: 0 })), null),
    slurm_account: optional(nullable(string()), null),
    worker_init: omittable(nonEmptyString()),
    attribute_filters: optional(attributeFilters(), () => new Map()),
    type_filters: optional(typeFilters(), () => new Map()),
  },
  { before: [refuseReversedRange] },
);
export type JobCreate = Infer<typeof jobCreate>;

/**
 * Looked at before anything else, so that nothing else is told beside it. Indices are compared as numbers also where they are written as
 * text (oddity 4); what is no number is the fields' to refuse.
 */
function refuseReversedRange(input: JsonObject): JsonObject | string {
  const first = indexIn(input, 'first_task_index');
  const last = indexIn(input, 'last_task_index');
  if (first === undefined || last === undefined || first <= last) return input;
  return `first_task_index=${first} cannot be larger than last_task_index=${last}`;
}

function indexIn(input: JsonObject, field: 'first_task_index' | 'last_task_index'): number | undefined {
  const outcome = integer().validate(input.get(field) ?? null, []);
  return outcome.ok ? outcome.value : undefined;
}
