import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The recorded scenarios of the contract that this server implements, by file name; `*` stands for any text. */
const IMPLEMENTED = [
  'accounting-query',
  'admin-accounting',
  'alive',
  'admin-profiles-validators',
  'admin-resources*',
  'auth-*',
  'collect-custom-*',
  'collect-pip-failures',
  'collect-pip-form-validation',
  'collect-pip-index',
  'conventions-*',
  'dataset-*',
  'documentation-routes',
  'history-*',
  'images-*',
  'job-admin-mark-failed',
  'job-check-unique-types',
  'job-download',
  'job-latest',
  'job-list',
  'job-run-*',
  'job-stop-and-squeue-refused',
  'job-submit-*',
  'project-*',
  'task-create*',
  'task-delete',
  'task-group-read-access',
  'task-patch-single',
  'task-permissions',
  'task-read-access',
  'user-without-resource-after-creation',
  'wftask-add',
  'wftask-add-errors',
  'wftask-delete',
  'wftask-patch',
  'wftask-replace',
  'workflow-crud',
  'workflow-export-import',
  'workflow-import-validators',
  'workflow-names-and-validators',
  'workflow-reorder',
  'workflow-star-and-order',
  'workflow-type-filters-flow',
];

/** They need operations that do not exist yet. */
const LATER = ['job-submit-permissions'];

export const scenarioFolder = fileURLToPath(new URL('http/scenarios', import.meta.url));

/** Names of the scenarios to replay: the implemented ones, or those that match the given patterns. */
export function chooseScenarios(patterns: readonly string[]): string[] {
  const names = readdirSync(scenarioFolder).map((file) => file.replace(/\.json$/, ''));
  const wanted = patterns.length > 0 ? patterns : IMPLEMENTED;
  const unwanted = patterns.length > 0 ? [] : LATER;
  return names.filter((name) => wanted.some((pattern) => matches(pattern, name)) && !unwanted.includes(name)).sort();
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/\.json$/, '')
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(name);
}
