import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@fractal-server/database';
import { aPerson, createTestDatabase, waitFor, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { moveToCluster } from '../../test/job-fixture.js';
import { TestApi, type ApiAnswer } from '../../test/test-api.js';

const PIP = '/api/v2/task/collect/pip/';
const CUSTOM = '/api/v2/task/collect/custom/';
const PYTHON = '/usr/bin/python3';

let test: TestDatabase;
let db: Database;
let api: TestApi;
let folder: string;
let alice: Person;
let nextVersion = 1;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  api = await TestApi.start(db, { defaultGroupName: null });
  folder = await mkdtemp(join(tmpdir(), 'collection-'));
});
afterAll(async () => {
  await api.close();
  await test.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  alice = await aPerson(db);
  await db.execute('update resource set tasks_local_dir = $2 where id = $1', [alice.resourceId, folder]);
});

interface SentFile {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** Sends a collection as browsers do. */
async function collect(fields: Record<string, string>, file?: SentFile, as: number | null = alice.userId): Promise<ApiAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== undefined) form.set('file', new Blob([file.content]), file.name);
  const encoded = new Response(form);
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
  const raw = Buffer.from(await encoded.arrayBuffer());
  return api.request('POST', PIP, { ...(as === null ? {} : { as }), headers, raw });
}

function aWheel(content: SentFile['content'] = 'a wheel'): SentFile {
  return { name: `My_Tools-1.${nextVersion++}-py3-none-any.whl`, content };
}

const count = async (table: string): Promise<number> => Number((await db.query<{ n: string }>(`select count(*) as n from ${table}`))[0]!.n);
/** Files that were not taken over are removed when the answer is out. */
const noUploadsLeft = (): Promise<boolean> => waitFor('all uploads to be gone', async () => (await count('upload')) === 0);

describe('a collection of a wheel', () => {
  afterEach(() => db.execute('delete from upload'));

  it('is accepted with its task group, its activity, its line of work and its file, all or nothing', async () => {
    const content = new Uint8Array(2.5 * 1024 * 1024).map((_, index) => index % 251);
    const wheel = aWheel(content);
    const answer = await collect({ package_extras: 'extra', pinned_package_versions_pre: '{"numpy[x]": "2.0"}' }, wheel);
    expect(answer).toMatchObject({ status: 202, body: { status: 'pending', log: null, pkg_name: 'my-tools', user_id: alice.userId } });
    const { id, taskgroupv2_id } = answer.body as { id: number; taskgroupv2_id: number };
    const [group] = await db.query(`select * from task_group where id = $1`, [taskgroupv2_id]);
    const version = wheel.name.split('-')[1]!;
    expect(group).toMatchObject({
      origin: 'wheel-file',
      version,
      python_version: '3.11',
      pip_extras: 'extra',
      path: `${folder}/${alice.userId}/my-tools/${version}`,
      venv_path: `${folder}/${alice.userId}/my-tools/${version}/venv`,
      archive_path: null,
      active: true,
    });
    const [work] = await db.query(`select backend_type, resource_id, place from work where kind = 'activity' and id = $1`, [id]);
    expect(work).toEqual({ backend_type: 'local', resource_id: alice.resourceId, place: null });
    const chunks = await db.query<{ content: Buffer }>(
      'select content from upload_chunk c join upload u on u.id = c.upload_id where u.activity_id = $1 order by position',
      [id],
    );
    expect(chunks.map((chunk) => chunk.content.length)).toEqual([1024 * 1024, 1024 * 1024, 512 * 1024]);
    expect(Buffer.concat(chunks.map((chunk) => chunk.content)).equals(content)).toBe(true);
  });

  it('is accepted once, however often it is sent at the same time', async () => {
    const wheel = aWheel();
    const answers = await Promise.all(Array.from({ length: 8 }, () => collect({}, wheel)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 422, 422, 422, 422, 422, 422, 422]);
    const refused = answers.find(({ status }) => status === 422)!;
    expect(refused.text).toContain('already owns a task group');
    await waitFor('the other uploads to be gone', async () => (await count('upload')) === 1);
  });

  it.each([
    ['with a name that leads elsewhere', 'a-..-x.whl', "String must not contain '/../'"],
    ['with a name that a shell would act on', 'a-1.0-$(id).whl', 'Wheel filename has forbidden characters'],
    ['with a line break in its name', 'a-1.0\n.whl', 'Wheel filename has forbidden characters'],
  ])('%s is refused, and its file is not kept', async (_, name, words) => {
    const answer = await collect({}, { name, content: 'x' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    await noUploadsLeft();
  });

  it('that nobody may send stores no byte', async () => {
    expect(await collect({}, aWheel(), null)).toMatchObject({ status: 401 });
    expect(await count('upload')).toBe(0);
  });

  it('into a folder that exists is refused', async () => {
    const wheel = aWheel();
    const path = `${folder}/${alice.userId}/my-tools/${wheel.name.split('-')[1]}`;
    await mkdir(path, { recursive: true });
    expect(await collect({}, wheel)).toMatchObject({ status: 422, body: { detail: `${path} already exists.` } });
    await noUploadsLeft();
  });

  it('with a text in the place of the file is refused as a wrong field', async () => {
    const answer = await collect({ file: 'text' });
    expect(answer.body).toMatchObject({
      detail: [{ loc: ['body', 'file'], msg: "Value error, Expected UploadFile, received: <class 'str'>" }],
    });
  });

  it('that breaks off is refused, and nothing is kept', async () => {
    const raw = '--x\r\ncontent-disposition: form-data; name="file"; filename="a-1.0.whl"\r\n\r\nhalf';
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(await api.request('POST', PIP, { as: alice.userId, headers, raw })).toMatchObject({ status: 400 });
    await noUploadsLeft();
  });
});

describe('a form', () => {
  it.each([
    [{ package: '-r/etc/passwd' }, "'-r/etc/passwd' is not the name of a package"],
    [{ package: '../../other' }, 'is not the name of a package'],
    [{ package: 'a', pinned_package_versions_pre: '{"--index-url=http://x/": "1"}' }, 'is not the name of a package'],
    [{ package: 'a', pinned_package_versions_post: '{"b": "1 --pre"}' }, "'1 --pre' is not a version"],
    [{ package: 'a', package_extras: 'x,-y' }, 'are not names of extras'],
    [{ package: 'a', pinned_package_versions_pre: '{' }, 'pinned_package_versions_pre: Invalid JSON'],
    [{ package: 'a', pinned_package_versions_pre: '{"a": "1\\u0000"}' }, 'pinned_package_versions_pre'],
  ])('with %j is refused before anything is asked', async (fields, words) => {
    const { status, body } = await collect(fields);
    expect(status).toBe(422);
    const { detail } = body as { detail: string };
    expect(detail).toMatch(/^Invalid request-body\n/);
    expect(detail).toContain(words);
  });
});

describe('a collection from the package index', () => {
  let index: Server;
  let asked: string[];

  beforeAll(async () => {
    index = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ versions: ['1.9', '1.10', '2.0rc1', 'odd'], files: [] }));
    });
    await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('PIP_INDEX_URL', `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await new Promise((resolve) => index.close(resolve));
  });
  beforeEach(() => {
    asked = [];
  });

  it.each([
    ['the newest version', null, '2.0rc1'],
    ['the newest that begins so', '1.', '1.10'],
    ['one by its name', '1.9', '1.9'],
  ])('takes %s', async (_, package_version, version) => {
    const answer = await collect({ package: 'Some_Tasks', ...(package_version === null ? {} : { package_version }) });
    expect(answer).toMatchObject({ status: 202, body: { pkg_name: 'some-tasks', version } });
    expect(asked).toEqual(['/simple/some-tasks/']);
  });

  it('says that there is no such version', async () => {
    const answer = await collect({ package: 'some-tasks', package_version: '3' });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('No version starting with 3') as string } });
  });

  it('remembers how the resource builds environments at that moment', async () => {
    const config = { default_version: '3.11', versions: { '3.11': PYTHON }, pip_cache_dir: '/cache', installer: 'uv', uv_version: '0.9.1' };
    await db.execute('update resource set tasks_python_config = $2 where id = $1', [alice.resourceId, JSON.stringify(config)]);
    const answer = await collect({ package: 'some-tasks' });
    const [activity] = await db.query<{ spec: Map<string, unknown> }>('select spec from activity where id = $1', [
      (answer.body as { id: number }).id,
    ]);
    expect(Object.fromEntries(activity!.spec)).toMatchObject({
      installer: 'uv',
      uvVersion: '0.9.1',
      uvProgram: null,
      basePython: PYTHON,
      pipCacheDir: '/cache',
      profileId: alice.profileId,
      baseFolder: folder,
      upload: null,
    });
  });
});

describe('a collection on a cluster', () => {
  afterEach(() => db.execute('delete from upload'));

  it.each(['slurm_sudo', 'slurm_ssh'] as const)(
    'of type %s is accepted for its workers, in the folder where the cluster sees it',
    async (type) => {
      await moveToCluster(db, { person: alice }, type);
      const wheel = aWheel();
      const answer = await collect({}, wheel);
      expect(answer).toMatchObject({ status: 202, body: { status: 'pending' } });
      const { id, taskgroupv2_id } = answer.body as { id: number; taskgroupv2_id: number };
      const base = type === 'slurm_ssh' ? '/home/jane/tasks' : folder;
      const [group] = await db.query(`select path from task_group where id = $1`, [taskgroupv2_id]);
      expect(group).toEqual({ path: `${base}/${alice.userId}/my-tools/${wheel.name.split('-')[1]}` });
      const [work] = await db.query(`select backend_type, place from work where kind = 'activity' and id = $1`, [id]);
      expect(work).toEqual({ backend_type: type, place: null });
    },
  );

  it('over SSH takes a custom package as it is described: nothing of it is looked at from here', async () => {
    await moveToCluster(db, { person: alice }, 'slurm_ssh');
    const manifest = { manifest_version: '2', task_list: [{ name: 'one', executable_parallel: 'one.py' }] };
    const json = { label: 'far away', version: '1', python_interpreter: '/far/python', package_root: '/far/root', manifest };
    const answer = await api.request('POST', CUSTOM, { as: alice.userId, json });
    expect(answer).toMatchObject({ status: 201, body: [{ command_parallel: '/far/python /far/root/one.py' }] });
    const { package_root: _, ...named } = json;
    const refused = await api.request('POST', CUSTOM, { as: alice.userId, json: { ...named, label: 'by name', package_name: 'json' } });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining("'package_root' must be given") } });
  });

  it('through sudo looks at a custom package on this machine', async () => {
    await moveToCluster(db, { person: alice }, 'slurm_sudo');
    const manifest = { manifest_version: '2', task_list: [{ name: 'one', executable_parallel: 'one.py' }] };
    const json = { label: 'here', version: '1', python_interpreter: PYTHON, package_name: 'json', manifest };
    expect(await api.request('POST', CUSTOM, { as: alice.userId, json })).toMatchObject({ status: 201 });
  });
});

describe('a custom collection', () => {
  const manifest = { manifest_version: '2', task_list: [{ name: 'one', executable_parallel: 'one.py' }] };

  async function register(fields: Record<string, string>): Promise<ApiAnswer> {
    const json = { label: `label ${nextVersion++}`, version: '1', python_interpreter: PYTHON, manifest, ...fields };
    return api.request('POST', CUSTOM, { as: alice.userId, json });
  }

  it('asks the interpreter where the package lies', async () => {
    const answer = await register({ package_name: 'json' });
    expect(answer.status).toBe(201);
    const [task] = answer.body as { command_parallel: string }[];
    expect(task!.command_parallel).toMatch(/^\/usr\/bin\/python3 \/.*\/json\/one\.py$/);
  });

  it.each([
    ['a package that is not there', { package_name: 'no-such-package' }, "Cannot determine 'package_root'"],
    ['an interpreter that is none', { package_name: 'json', python_interpreter: '/bin/false' }, "Cannot determine 'package_root'"],
    ['a package name that is an option', { package_name: '-h' }, "Cannot determine 'package_root'"],
    ['an interpreter that is not there', { package_root: '/', python_interpreter: '/no/python' }, 'is not accessible'],
    ['an interpreter that may not be executed', { package_root: '/', python_interpreter: '/etc/passwd' }, 'is not accessible'],
    ['an interpreter that is a folder', { package_root: '/', python_interpreter: '/usr' }, 'is not a file'],
    ['a root that is not there', { package_root: '/no/root' }, 'is not accessible'],
    ['a root that is a file', { package_root: '/etc/passwd' }, 'is not a folder'],
  ])('refuses %s', async (_, fields, words) => {
    const answer = await register(fields);
    expect(answer.status).toBe(422);
    expect((answer.body as { detail: string }).detail).toContain(words);
  });

  it.each([
    ['tasks with equal tags', { task_list: [{ name: 'a', executable_parallel: 'x', tags: ['t', 't'] }] }],
    ['a forbidden character in an executable', { task_list: [{ name: 'a', executable_parallel: 'x;y' }] }],
    [
      'schemas without a version',
      { has_args_schemas: true, task_list: [{ name: 'a', executable_parallel: 'x', args_schema_parallel: {} }] },
    ],
  ])('refuses a manifest with %s, which fails inside the reference', async (_, fields) => {
    const json = { label: 'x', version: '1', python_interpreter: PYTHON, package_root: '/', manifest: { ...manifest, ...fields } };
    expect(await api.request('POST', CUSTOM, { as: alice.userId, json })).toMatchObject({ status: 422 });
  });

  it('into a label that is taken is refused', async () => {
    const json = { label: 'taken', version: '1', python_interpreter: PYTHON, package_root: '/', manifest };
    const answers = await Promise.all([1, 2, 3].map(() => api.request('POST', CUSTOM, { as: alice.userId, json })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
  });
});
