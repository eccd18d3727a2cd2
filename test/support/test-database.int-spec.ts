import { Database } from '@fractal-server/database';
import { createTestDatabase } from '@fractal-server/test-support';
import { expect, it } from 'vitest';

it('gives every test file a migrated database of its own', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await first.database.execute('create table only_here ()');
  expect(await second.database.query("select to_regclass('resource') as ours, to_regclass('only_here') as other")).toEqual([
    { ours: 'resource', other: null },
  ]);
  await Promise.all([first.close(), second.close()]);
});

it('fails when a test leaves a session open', async () => {
  const { close, options } = await createTestDatabase();
  const forgotten = await Database.connect({ ...options, applicationName: 'forgotten' });
  await expect(close()).rejects.toThrow('forgotten');
  await forgotten.close();
});
