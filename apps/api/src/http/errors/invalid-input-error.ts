import type { ValidationIssue } from '@fractal-server/domain';

/** The request does not have the form that its route asks for: 422 with one entry per problem (contract: auth-admin 1.6). */
export class InvalidInputError extends Error {
  constructor(readonly issues: readonly ValidationIssue[]) {
    super('The request is not valid');
    this.name = 'InvalidInputError';
  }
}
