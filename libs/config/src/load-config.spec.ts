import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './load-config.js';
import { applicationSection, databaseSection, emailSection } from './sections.js';

const minimal = { JWT_SECRET_KEY: 'not-to-be-shown', POSTGRES_DB: 'fractal' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig({ application: applicationSection, database: databaseSection, email: emailSection }, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('gives defaults to what is not set', () => {
    const { application, database } = loadConfig({ application: applicationSection, database: databaseSection }, minimal);
    expect(application).toMatchObject({ jwtExpireSeconds: 180, runnerBackend: 'local', defaultGroupName: null });
    expect(database).toMatchObject({ host: 'localhost', port: 5432, password: null });
  });

  it('lists every problem at once', () => {
    const problems = problemsOf({ JWT_EXPIRE_SECONDS: 'soon', DB_ECHO: 'True' });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).toMatch(/JWT_SECRET_KEY is required[\s\S]*POSTGRES_DB is required/);
  });

  it('takes an empty value for a value, not for unset', () => {
    expect(problemsOf({ ...minimal, FRACTAL_DEFAULT_GROUP_NAME: '' })).toHaveLength(1);
  });

  it('never shows a secret', () => {
    const { application } = loadConfig({ application: applicationSection }, minimal);
    expect(`${application.jwtSecretKey} ${JSON.stringify(application)} ${inspect(application)}`).not.toContain('not-to-be-shown');
    expect(application.jwtSecretKey.reveal()).toBe('not-to-be-shown');
  });

  it('refuses mail settings that are set in part', () => {
    expect(problemsOf({ ...minimal, FRACTAL_EMAIL_SENDER: 'a@b.org' })[0]).toMatch(/all or none/);
  });
});
