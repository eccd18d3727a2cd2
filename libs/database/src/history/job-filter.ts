import type { JobStatus } from '@fractal-server/domain';

/** Which jobs are meant: those that pass every condition given. */
export interface JobFilter {
  readonly id?: number | null;
  /** Of a project that this user owns or has accepted. */
  readonly visibleTo?: number | null;
  readonly projectId?: number | null;
  readonly workflowId?: number | null;
  readonly datasetId?: number | null;
  /** The resource of the project. */
  readonly resourceId?: number | null;
  readonly projectOwnerId?: number | null;
  /** E-mail of the submitter when the job was submitted. */
  readonly userEmail?: string | null;
  readonly status?: JobStatus | null;
  /** All bounds are inclusive. */
  readonly startMin?: string | null;
  readonly startMax?: string | null;
  readonly endMin?: string | null;
  readonly endMax?: string | null;
}

/** For each condition its SQL, in which `?` stands for the value. */
const CONDITIONS: Readonly<Record<keyof JobFilter, string>> = {
  id: 'j.id = ?',
  visibleTo: 'j.project_id in (select m.project_id from project_member m where m.user_id = ? and m.is_verified)',
  projectId: 'j.project_id = ?',
  workflowId: 'j.workflow_id = ?',
  datasetId: 'j.dataset_id = ?',
  resourceId: 'j.project_id in (select p.id from project p where p.resource_id = ?)',
  projectOwnerId: 'j.project_id in (select m.project_id from project_member m where m.user_id = ? and m.is_owner)',
  userEmail: 'md5(j.user_email) = md5(?) and j.user_email = ?',
  status: 'j.status = ?',
  startMin: 'j.start_timestamp >= ?',
  startMax: 'j.start_timestamp <= ?',
  endMin: 'j.end_timestamp >= ?',
  endMax: 'j.end_timestamp <= ?',
};

/** A filter as SQL. */
interface JobConditions {
  /** The conditions that it states: the same ones make the same text. */
  readonly names: readonly (keyof JobFilter)[];
  readonly where: string;
  readonly parameters: readonly unknown[];
}

/** A filter as text for a `where` over a job `j`, with its parameters `$1`, `$2`, … */
export function conditionsOf(filter: JobFilter): JobConditions {
  const names: (keyof JobFilter)[] = [];
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  for (const [name, sql] of Object.entries(CONDITIONS) as [keyof JobFilter, string][]) {
    const value = filter[name];
    if (value === null || value === undefined) continue;
    names.push(name);
    parameters.push(value);
    conditions.push(sql.replaceAll('?', `$${parameters.length}`));
  }
  return { names, where: conditions.length === 0 ? 'true' : conditions.join(' and '), parameters };
}
