import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someCallers, type Callers } from '../../../test/callers.js';
import { TestApi, type ApiAnswer } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let callers: Callers;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  callers = await someCallers(test.database);
});

afterAll(async () => {
  await api?.close();
  await test?.close();
});

async function register(email: string, more: Record<string, string | number | boolean> = {}): Promise<ApiAnswer> {
  const json = { email, password: 'pass-1234', project_dirs: ['/data'], ...more };
  return api.request('POST', '/auth/register/', { as: callers.superuser, json });
}

async function change(userId: number, json: Record<string, string | number | boolean | string[]>): Promise<ApiAnswer> {
  return api.request('PATCH', `/auth/users/${userId}/`, { as: callers.superuser, json });
}

const idOf = (answer: ApiAnswer): number => (answer.body as { id: number }).id;

describe('registration', () => {
  it('lets one of several at once win', async () => {
    const answers = await Promise.all(['race@example.org', 'RACE@example.org', 'Race@example.org'].map((email) => register(email)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
  });

  it('with an unknown profile stores nobody', async () => {
    expect(await register('no-profile@example.org', { profile_id: 999_999 })).toMatchObject({
      status: 404,
      body: { detail: 'Profile 999999 not found.' },
    });
    expect((await register('no-profile@example.org')).status).toBe(201);
  });

  it('goes on without the default group, and says so', async () => {
    const other = await TestApi.start(test.database, { defaultGroupName: 'Nobody made it' as 'All' });
    const json = { email: 'groupless@example.org', password: 'pass-1234', project_dirs: ['/data'] };
    expect((await other.request('POST', '/auth/register/', { as: callers.superuser, json })).status).toBe(201);
    expect(other.log.join('')).toMatch(/no group 'Nobody made it'/);
    await other.close();
  });
});

describe('a change of a user', () => {
  it('makes no guest of a superuser and no superuser of a guest, named alone or together', async () => {
    const guest = idOf(await register('guest@example.org', { is_guest: true }));
    const refused = { status: 422, body: { detail: 'Superuser cannot be guest.' } };
    expect(await change(guest, { is_superuser: true })).toMatchObject(refused);
    expect(await change(callers.superuser, { is_guest: true })).toMatchObject(refused);
    expect(await change(guest, { is_superuser: true, is_guest: true })).toMatchObject(refused);
    expect((await change(guest, { is_superuser: true, is_guest: false })).status).toBe(200);
  });

  it('that is refused changes nothing', async () => {
    const userId = idOf(await register('unchanged@example.org'));
    expect((await change(userId, { is_verified: true, project_dirs: ['/other'], email: 'user@example.org' })).status).toBe(400);
    const user = await api.request('GET', `/auth/users/${userId}/`, { as: callers.superuser });
    expect(user.body).toMatchObject({ email: 'unchanged@example.org', is_verified: false, project_dirs: ['/data'] });
  });

  it('takes away no project folder that a reachable dataset lies in', async () => {
    const project = await api.request('POST', '/api/v2/project/', { as: callers.user, json: { name: 'project' } });
    await api.request('POST', `/api/v2/project/${idOf(project)}/dataset/`, { as: callers.user, json: { name: 'dataset' } });
    expect(await change(callers.user, { project_dirs: ['/elsewhere'] })).toMatchObject({ status: 422 });
    expect((await change(callers.user, { project_dirs: ['/data/fractal'] })).status).toBe(200);
  });
});

describe('log-in', () => {
  const logIn = async (username: string, password: string): Promise<ApiAnswer> =>
    api.request('POST', '/auth/token/login/', {
      raw: new URLSearchParams({ username, password }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  it('replaces a hash of an older kind', async () => {
    const userId = idOf(await register('older@example.org'));
    await test.database.execute(`update user_account set hashed_password = '$2a$' || substr(hashed_password, 5) where id = $1`, [userId]);
    expect((await logIn('older@example.org', 'pass-1234')).status).toBe(200);
    const [row] = await test.database.query<{ hash: string }>('select hashed_password hash from user_account where id = $1', [userId]);
    expect(row?.hash).toMatch(/^\$2b\$12\$/);
    expect((await logIn('older@example.org', 'pass-1234')).status).toBe(200);
  });

  it.each([
    ['a stored hash of another kind', 'user@example.org', 'x'],
    ['a password beyond 72 bytes', 'older@example.org', 'x'.repeat(73)],
    ['nobody of this name', 'nobody@example.org', 'pass-1234'],
  ])('is refused in the same words for %s', async (_, username, password) => {
    expect(await logIn(username, password)).toMatchObject({ status: 400, body: { detail: 'LOGIN_BAD_CREDENTIALS' } });
  });

  it('is not there where it is disabled', async () => {
    const other = await TestApi.start(test.database, { disableBasicAuth: true });
    expect((await other.request('POST', '/auth/token/login/')).status).toBe(404);
    expect((await other.request('POST', '/auth/token/logout/', { as: callers.user })).status).toBe(204);
    await other.close();
  });
});
