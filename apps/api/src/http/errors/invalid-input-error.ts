import type { ValidationIssue } from '@fractal-server/domain';

/** The request does not have the form that its route asks for: 422 with one entry per problem (contract: auth-admin 1.6). */
export class InvalidInputError extends Error {
  constructor(readonly issues: readonly ValidationIssue[]) {
    super('The request is not valid');
    this.name = 'InvalidInputError';
  }

  /** The same without the offending values: each missing field repeats all that encloses it, which for a long body is too much. */
  withoutInputs(): InvalidInputError {
    return new InvalidInputError(this.issues.map((issue) => ({ ...issue, input: null })));
  }
}
