/** Argument vector that ends the jobs with these ids. Ids are checked against names before: they repeat. */
export function scancelArguments(slurmJobIds: readonly string[]): readonly string[] {
  return ['scancel', ...slurmJobIds];
}
