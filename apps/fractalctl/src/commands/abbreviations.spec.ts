import { describe, expect, it } from 'vitest';
import { completeAbbreviations } from './abbreviations.js';

const options = ['--port', '--profile', '--admin-email', '--admin-pwd'];

describe('completeAbbreviations', () => {
  it('completes a unique prefix, with the value in the same word or the next', () => {
    expect(completeAbbreviations(['--po=1', '--admin-e', 'a@b.org'], options)).toEqual(['--port=1', '--admin-email', 'a@b.org']);
  });

  it('leaves what is ambiguous, complete, unknown or behind -- as it is', () => {
    const parameters = ['--p', '--port', '--other', '-p', '--', '--po'];
    expect(completeAbbreviations(parameters, options)).toEqual(parameters);
  });
});
