import type { Location, ValidationIssue } from '../validation/index.js';

/** More than this many issues are not told: a broken loop in a task makes thousands of them. */
const MAX_ISSUES_TOLD = 10;

/** What is wrong with a file that a program wrote, one line for each place, for the person who reads a log. */
export function describeIssues(issues: readonly ValidationIssue[]): string {
  const told = issues.slice(0, MAX_ISSUES_TOLD).map(({ loc, msg }) => `  ${pathOf(loc)}: ${msg}`);
  return [...told, ...(issues.length > told.length ? ['  and more'] : [])].join('\n');
}

function pathOf(location: Location): string {
  if (location.length === 0) return '(whole file)';
  return location.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}
