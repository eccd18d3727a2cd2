import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_JSON_BYTES, TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let admin: number;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  const [user] = await test.database.query<{ id: number }>(
    `insert into user_account (email, hashed_password, is_superuser, project_dirs) values ('admin@example.org', 'x', true, '{/data}') returning id`,
  );
  admin = user!.id;
});

afterAll(async () => {
  await api?.close();
  await test?.close();
});

describe('routing', () => {
  it('answers a route at its path with the final slash', async () => {
    expect(await api.request('GET', '/api/alive/')).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  });

  it('sends a path without its final slash to the right one, whatever the method and without asking who calls', async () => {
    const answer = await api.request('DELETE', '/auth/group?user_ids=true', { headers: { host: 'fractal.example' } });
    expect(answer).toMatchObject({
      status: 307,
      text: '',
      headers: { location: 'http://fractal.example/auth/group/?user_ids=true', 'content-length': '0' },
    });
    expect(answer.headers['content-type']).toBeUndefined();
  });

  it.each(['HEAD', 'OPTIONS', 'PUT'] as const)('refuses %s on a known path', async (method) => {
    expect(await api.request(method, '/auth/group/')).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });

  it.each(['/', '/auth/', '/auth//group/', '/auth/group//', '/AUTH/group/', '/%zz/', '/auth/group/%/'])(
    'finds nothing at %s',
    async (url) => {
      expect(await api.request('GET', url, { as: admin })).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    },
  );

  it('decodes a path before it looks for the route', async () => {
    expect((await api.request('GET', '/auth/gr%6Fup/', { as: admin })).status).toBe(200);
  });
});

describe('input', () => {
  it('asks who calls before it judges the input', async () => {
    expect(await api.request('GET', '/auth/group/abc/')).toMatchObject({ status: 401, body: { detail: 'Unauthorized' } });
  });

  it('tells that a body is no JSON before it asks who calls', async () => {
    const answer = await api.request('POST', '/auth/group/', { raw: '{"name": ', headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'json_invalid', loc: ['body', 9] }] } });
  });

  it.each(['text/plain', 'nonsense', ';;', undefined])('takes a body of type %s for a text', async (type) => {
    const answer = await api.request('POST', '/auth/group/', {
      as: admin,
      raw: '{"name":"x"}',
      headers: type === undefined ? {} : { 'content-type': type },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'model_attributes_type', loc: ['body'], input: '{"name":"x"}' }] },
    });
  });

  it('misses a body that is empty', async () => {
    const answer = await api.request('POST', '/auth/group/', { as: admin, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'missing', loc: ['body'], input: null }] } });
  });

  it('does not read a body where the route has none', async () => {
    const answer = await api.request('DELETE', '/auth/group/7/', {
      as: admin,
      raw: '{broken',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(404);
  });

  it('refuses a body that is no text', async () => {
    const raw = Buffer.from([0x7b, 0xff, 0x7d]);
    const answer = await api.request('POST', '/auth/group/', { raw, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 400, body: { detail: 'There was an error parsing the body' } });
  });

  it.each(['99999999999', '2147483648', '-2147483649', '1e3', '%00'])('refuses the id %s', async (id) => {
    expect((await api.request('GET', `/auth/group/${id}/`, { as: admin })).status).toBe(422);
  });

  it.each(['\\u0000', '\\ud800'])('refuses a text with %s', async (character) => {
    const raw = `{"name": "a${character}b"}`;
    const answer = await api.request('POST', '/auth/group/', { as: admin, raw, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'name'] }] } });
  });

  it('lets the last of several query values count', async () => {
    const answer = await api.request('GET', '/auth/group/?user_ids=x&user_ids=false', { as: admin });
    expect(answer.status).toBe(200);
  });
});

describe('a long body', () => {
  const longName = 'x'.repeat(5_000_000);

  it('is read like a short one; its errors do not repeat it', async () => {
    const answer = await api.request('POST', '/auth/group/', { as: admin, json: { name: 'long', padding: [longName] } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'padding'], input: null }] } });
  });

  it('that is broken is told where', async () => {
    const raw = `{"padding": "${longName}", "name": }`;
    const answer = await api.request('POST', '/auth/group/', { raw, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'json_invalid', loc: ['body', raw.length - 1] }] } });
  });

  it('beyond the limit is refused without being read', async () => {
    const raw = Buffer.alloc(MAX_JSON_BYTES + 1, ' ');
    const answer = await api.request('POST', '/auth/group/', { as: admin, raw, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } });
  });
});

describe('answers', () => {
  it('have no body and no content type where there is nothing to say', async () => {
    const created = await api.request('POST', '/auth/group/', { as: admin, json: { name: 'to be deleted' } });
    const answer = await api.request('DELETE', `/auth/group/${(created.body as { id: number }).id}/`, { as: admin });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers['content-type']).toBeUndefined();
  });

  it('carry no header that the contract does not have', async () => {
    const { headers } = await api.request('GET', '/auth/group/', { as: admin });
    expect(Object.keys(headers).sort()).toEqual(['connection', 'content-length', 'content-type', 'date']);
  });
});
