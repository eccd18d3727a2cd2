import { DomainError } from '@fractal-server/domain';
import { describe, expect, it } from 'vitest';
import { answerError } from './error-answer.js';
import { HttpError } from './http-error.js';
import { InvalidInputError } from './invalid-input-error.js';

describe('answerError', () => {
  it.each([
    ['notFound', 404],
    ['forbidden', 403],
    ['refused', 422],
    ['unavailable', 503],
  ] as const)('shows a domain error of kind %s as %i', (kind, status) => {
    expect(answerError(new DomainError(kind, 'x', 'No.'))).toMatchObject({ status, body: { json: { detail: 'No.' } } });
  });

  it('shows a message as a list where the contract does', () => {
    expect(answerError(new DomainError('refused', 'x', 'No.', { asList: true })).body).toEqual({ json: { detail: ['No.'] } });
  });

  it('marks an error that carries data', () => {
    expect(answerError(new DomainError('refused', 'x', '', { data: [1] })).body).toEqual({
      json: { detail: '[HAS_ERROR_DATA]', data: [1] },
    });
    expect(answerError(new DomainError('refused', 'x', 'No.', { data: 1 })).body).toEqual({
      json: { detail: 'No. [HAS_ERROR_DATA]', data: 1 },
    });
  });

  it('lists the issues of an invalid input', () => {
    const issue = { type: 'missing', loc: ['body'], msg: 'Field required', input: null };
    expect(answerError(new InvalidInputError([issue]))).toMatchObject({ status: 422, body: { json: { detail: [issue] } } });
  });

  it("falls back to the status's own phrase", () => {
    expect(answerError(new HttpError(401)).body).toEqual({ json: { detail: 'Unauthorized' } });
  });

  it('tells the client to come back when PostgreSQL is away', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    for (const error of [
      refused,
      new AggregateError([refused]),
      Object.assign(new Error('shutdown'), { code: '57P01', severity: 'FATAL' }),
    ]) {
      expect(answerError(error)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    }
  });

  it('hides an unexpected error behind an id', () => {
    const answer = answerError(new TypeError('x is undefined'));
    expect(answer).toMatchObject({ status: 500, body: { text: 'Internal Server Error' } });
    expect(answer.errorId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
