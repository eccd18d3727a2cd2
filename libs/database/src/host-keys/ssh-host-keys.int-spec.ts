import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SshHostKeys } from './ssh-host-keys.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it('pins the first key of a host, until it is forgotten', async () => {
  const keys = new SshHostKeys(test.database);
  const login = { host: 'login.cluster.org', port: 22 };
  expect(await keys.find(login)).toEqual([]);
  await keys.pin(login, { type: 'ssh-ed25519', key: 'AAAA' });
  await keys.pin(login, { type: 'ssh-ed25519', key: 'BBBB' });
  await keys.pin({ ...login, port: 2222 }, { type: 'ssh-rsa', key: 'CCCC' });
  expect(await keys.find(login)).toEqual([{ type: 'ssh-ed25519', key: 'AAAA' }]);
  expect(await keys.list()).toEqual([
    { ...login, type: 'ssh-ed25519', key: 'AAAA', firstSeenAt: expect.stringMatching(/\+00:00$/) },
    { ...login, port: 2222, type: 'ssh-rsa', key: 'CCCC', firstSeenAt: expect.any(String) },
  ]);
  expect(await keys.forget(login)).toBe(true);
  expect(await keys.forget(login)).toBe(false);
  await keys.pin(login, { type: 'ssh-ed25519', key: 'BBBB' });
  expect(await keys.find(login)).toEqual([{ type: 'ssh-ed25519', key: 'BBBB' }]);
});
