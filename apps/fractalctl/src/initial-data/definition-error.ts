import type { ValidationIssue } from '@fractal-server/domain';

/** A resource, a profile or an admin that breaks the rules of the contract. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  constructor(
    /** `resource`, `profile` or `admin` */
    readonly what: string,
    issues: readonly Pick<ValidationIssue, 'loc' | 'msg'>[],
  ) {
    super(issues.map(({ loc, msg }) => (loc.length === 0 ? msg : `${loc.join('.')}: ${msg}`)).join('\n'));
  }
}
