import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexAddress } from './index-address.js';

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

describe('indexAddress', () => {
  it('is PyPI when nothing is configured', async () => {
    expect(await indexAddress({}, [file('site.conf'), file('missing.conf')])).toBe('https://pypi.org/simple');
  });

  it('follows the environment before any file, without a trailing slash', async () => {
    expect(await indexAddress({ PIP_INDEX_URL: 'https://pip.example/simple/' }, [file('user.conf')])).toBe('https://pip.example/simple');
  });

  it('follows the first configuration file that names an index, the section of `install` first', async () => {
    expect(await indexAddress({}, [file('site.conf'), file('user.conf')])).toBe('https://install.example/simple');
  });
});
