import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPipConfiguration } from './pip-configuration.js';

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pip-conf-'));
  await writeFile(
    file('user.conf'),
    '[global]\nindex-url = https://mirror.example/simple/\n[install]\nindex_url: https://install.example/simple\n',
  );
  await writeFile(file('site.conf'), '[global]\ncert = /etc/ssl\n');
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (environment: Record<string, string>, names: readonly string[]) =>
  readPipConfiguration(environment, undefined, names.map(file));

describe('the configuration of pip', () => {
  it('is PyPI when nothing is configured', async () => {
    expect(await read({}, ['missing.conf'])).toEqual({ indexUrl: 'https://pypi.org/simple', certificates: undefined });
  });

  it('follows the environment before any file, without a trailing slash', async () => {
    const environment = { PIP_INDEX_URL: 'https://pip.example/simple/', PIP_CERT: '/own.pem' };
    expect(await read(environment, ['user.conf', 'site.conf'])).toEqual({
      indexUrl: 'https://pip.example/simple',
      certificates: '/own.pem',
    });
  });

  it('follows the first configuration file that says something, the section of `install` first', async () => {
    expect(await read({}, ['site.conf', 'user.conf'])).toEqual({
      indexUrl: 'https://install.example/simple',
      certificates: '/etc/ssl',
    });
  });
});
