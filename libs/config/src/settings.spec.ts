import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './reader.js';
import { readApiSettings, readWorkerSettings } from './settings.js';

const minimal = { JWT_SECRET_KEY: 'very secret', POSTGRES_DB: 'fractal' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readApiSettings(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings of the API', () => {
  it('fills in the defaults of the contract', () => {
    expect(readApiSettings(minimal)).toMatchObject({
      jwtExpireSeconds: 180,
      cookieExpireSeconds: 86400,
      runnerBackend: 'local',
      loggingLevel: 20,
      gracefulShutdownSeconds: 30,
      helpUrl: null,
      email: null,
      oauth: { clientName: undefined, emailClaim: 'email' },
      database: { host: 'localhost', port: 5432, database: 'fractal', echo: false },
      queue: { type: 'postgres' },
    });
  });

  it('lists every problem at once', () => {
    expect(problemsOf({ JWT_EXPIRE_SECONDS: 'soon', DB_ECHO: 'True', FRACTAL_LOGGING_LEVEL: 'INFO' })).toEqual([
      'POSTGRES_DB is required: Name of the database. It must exist.',
      'DB_ECHO must be `true` or `false`, not "True"',
      'FRACTAL_LOGGING_LEVEL must be an integer, not "INFO"',
      'JWT_SECRET_KEY is required: Key that signs access tokens.',
      'JWT_EXPIRE_SECONDS must be an integer, not "soon"',
    ]);
  });

  it('never shows a secret', () => {
    const settings = readApiSettings({ ...minimal, POSTGRES_PASSWORD: 'pass-word', REDIS_URL: 'redis://:pass-word@localhost' });
    const shown = inspect(settings, { depth: 9 }) + JSON.stringify(settings);
    expect(shown).not.toContain('very secret');
    expect(shown).not.toContain('pass-word');
    expect(settings.jwtSecretKey.reveal()).toBe('very secret');
    expect(problemsOf({ ...minimal, REDIS_URL: 'http://pass-word' }).join()).not.toContain('pass-word');
  });

  it('normalises the help URL', () => {
    expect(readApiSettings({ ...minimal, FRACTAL_HELP_URL: 'https://example.org' }).helpUrl).toBe('https://example.org/');
  });

  it('treats an empty text as a value', () => {
    expect(problemsOf({ ...minimal, FRACTAL_DEFAULT_GROUP_NAME: '' })).toHaveLength(1);
    expect(problemsOf({ ...minimal, POSTGRES_USER: '' })).toEqual(['POSTGRES_USER must not be empty, not ""']);
  });

  it('wants all mail variables or none', () => {
    expect(problemsOf({ ...minimal, FRACTAL_EMAIL_SENDER: 'a@example.org' })).toEqual([
      "Invalid FRACTAL_EMAIL configuration. Given values: ['a@example.org', None, None, None, None].",
    ]);
  });

  it('wants an OIDC document for a client that it does not know', () => {
    expect(problemsOf({ ...minimal, OAUTH_CLIENT_NAME: 'Keycloak' })).toEqual([
      "self.OAUTH_OIDC_CONFIG_ENDPOINT=None but self.OAUTH_CLIENT_NAME='keycloak'",
    ]);
  });
});

describe('settings of a worker', () => {
  it('need no signing key', () => {
    expect(readWorkerSettings({ POSTGRES_DB: 'fractal', FRACTAL_PLACE: 'here' }).place).toBe('here');
  });

  it('choose Redis when its URL is known', () => {
    expect(readWorkerSettings({ POSTGRES_DB: 'fractal', REDIS_URL: 'redis://localhost:6379/0' }).queue.type).toBe('redis');
    expect(() => readWorkerSettings({ POSTGRES_DB: 'fractal', FRACTAL_QUEUE: 'redis' })).toThrow('REDIS_URL is not set');
  });
});
