import { describe, expect, it } from 'vitest';
import { cleanEnvironment } from './clean-environment.js';

describe('cleanEnvironment', () => {
  it('keeps PATH, HOME, USER, LANG and TMPDIR and none of the server’s secrets', () => {
    const kept = { PATH: '/bin', HOME: '/root', USER: 'root', LANG: 'C.UTF-8', TMPDIR: '/tmp' };
    const secrets = { JWT_SECRET_KEY: 's', POSTGRES_PASSWORD: 's', OAUTH_CLIENT_SECRET: 's' };
    expect(cleanEnvironment({ ...kept, ...secrets })).toEqual(kept);
  });

  it('adds the variables that are named, and families of them', () => {
    const source = { PATH: '/bin', PIP_INDEX_URL: 'u', PIP_CERT: 'c', PIPX: 'x', CUDA_HOME: '/cuda' };
    expect(cleanEnvironment(source, ['PIP_*', 'CUDA_HOME', 'MISSING'])).toEqual({
      PATH: '/bin',
      PIP_INDEX_URL: 'u',
      PIP_CERT: 'c',
      CUDA_HOME: '/cuda',
    });
  });

  it('has a PATH even when the server has none', () => {
    expect(cleanEnvironment({})['PATH']).toContain('/usr/bin');
  });
});
