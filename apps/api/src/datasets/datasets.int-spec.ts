import { aPerson, aSubmittedJob, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let person: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  person = await aPerson(test.database);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const project = () => `/api/v2/project/${person.projectId}`;
const aDataset = async (fields: object = {}) =>
  (await api.request('POST', `${project()}/dataset/`, { as: person.userId, json: { name: 'data', ...fields } })).body as {
    id: number;
    zarr_dir: string;
  };
const countDatasets = async () => (await test.database.query<{ n: number }>('select count(*) as n from dataset'))[0]!.n;

/** More than fits in one piece. */
const anImport = (count: number, more: object = {}) => ({
  name: 'imported',
  images: Array.from({ length: count }, (_, index) => ({
    zarr_url: `/data/z/${index}`,
    origin: null,
    attributes: { well: `W${index % 7}`, exact: index, padding: 'x'.repeat(100) },
    types: { '3D': true },
  })),
  zarr_dir: '/data/z',
  ...more,
});
const importOf = (json: object) => api.request('POST', `${project()}/dataset/import/`, { as: person.userId, json: json as never });

describe('a new dataset', () => {
  it('lies where it was wanted, in one of the folders of its creator', async () => {
    expect(await aDataset({ project_dir: '/data', zarr_subfolder: 'a//b/' })).toMatchObject({ zarr_dir: '/data/a/b' });
    expect(await aDataset({ project_dir: '/data', zarr_subfolder: '.' })).toMatchObject({ zarr_dir: '/data' });
    const before = await countDatasets();
    const answer = await api.request('POST', `${project()}/dataset/`, { as: person.userId, json: { name: 'd', project_dir: '/other' } });
    expect(answer).toMatchObject({ status: 403, body: { detail: "You are not allowed to use dataset.project_dir='/other'." } });
    expect(await countDatasets()).toBe(before);
  });
});

describe('a dataset with a job', () => {
  it('is not deleted before the job has ended; then it goes with its images, and the job stays', async () => {
    const imported = await importOf(anImport(3));
    const { id } = imported.body as { id: number };
    const jobId = await aSubmittedJob(test.database, person, null, id);
    const remove = () => api.request('DELETE', `${project()}/dataset/${id}/`, { as: person.userId });
    const detail = `Cannot delete dataset ${id} because it is linked to active job(s) ${jobId}.`;
    expect(await remove()).toMatchObject({ status: 422, body: { detail } });
    await test.database.execute(`update job set status = 'done' where id = $1`, [jobId]);
    expect(await remove()).toMatchObject({ status: 204 });
    const left = `select (select count(*) from image where dataset_id = $1) as images,
                         (select count(*) from image_value where dataset_id = $1) as values,
                         (select dataset_id from job where id = $2) as dataset`;
    expect(await test.database.query(left, [id, jobId])).toEqual([{ images: 0, values: 0, dataset: null }]);
  });
});

describe('an import', () => {
  it.each([3, 20_000])('of %i images gives the same back in an export', async (count) => {
    const json = anImport(count);
    const imported = await importOf(json);
    expect(imported).toMatchObject({ status: 201, body: { name: 'imported', zarr_dir: '/data/z', is_starred: false } });
    const exported = await api.request('GET', `${project()}/dataset/${(imported.body as { id: number }).id}/export/`, {
      as: person.userId,
    });
    expect(exported.body).toEqual(json);
  });

  it('reads the members of a long body in any order, numbers as they were written', async () => {
    const images = anImport(20_000).images.map((image) => JSON.stringify(image).replace('"exact":1,', '"exact":1.0,'));
    const raw = `{"images":[${images.join(' ,\n')}],"zarr_dir":"/data/z/","extra":[1],"name":" n "}`;
    const imported = await api.request('POST', `${project()}/dataset/import/`, {
      as: person.userId,
      raw,
      headers: { 'content-type': 'application/json' },
    });
    expect(imported).toMatchObject({ status: 201, body: { name: 'n', zarr_dir: '/data/z' } });
    const exported = await api.request('GET', `${project()}/dataset/${(imported.body as { id: number }).id}/export/`, {
      as: person.userId,
    });
    expect(exported.text).toContain('"zarr_url":"/data/z/1","origin":null,"attributes":{"well":"W1","exact":1.0,');
  });

  it.each([
    ['outside of the folder', '/data/zz/1', "Value error, image.zarr_url='/data/zz/1' is not relative to self.zarr_dir='/data/z'."],
    ['that is the folder', '/data/z', "Value error, image.zarr_url='/data/z' cannot be equal to self.zarr_dir."],
    ['that is there twice', '/data/z/0', "Value error, image.zarr_url='/data/z/0' occurs more than once."],
  ])('refuses an image %s, in a short and in a long body', async (_, zarrUrl, msg) => {
    const before = await countDatasets();
    for (const count of [3, 20_000]) {
      const json = anImport(count);
      const answer = await importOf({ ...json, images: [...json.images, { zarr_url: zarrUrl }] });
      expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'value_error', loc: ['body'], msg }] } });
    }
    expect(await countDatasets()).toBe(before);
  });

  it('tells all that is wrong in a long body', async () => {
    const json = anImport(20_000, { name: 'a/b' });
    const images = [...json.images, { zarr_url: 'rel', types: { t: 'maybe' } }, 3];
    const answer = await importOf({ ...json, images });
    const detail = (answer.body as { detail: { type: string; loc: unknown[] }[] }).detail;
    expect(detail.map(({ type, loc }) => [type, loc])).toEqual([
      ['string_pattern_mismatch', ['body', 'name']],
      ['value_error', ['body', 'images', 20_000, 'zarr_url']],
      ['bool_parsing', ['body', 'images', 20_000, 'types', 't']],
      ['model_attributes_type', ['body', 'images', 20_001]],
    ]);
  });

  it('tells where a long body is broken', async () => {
    const text = JSON.stringify(anImport(20_000));
    for (const [raw, offset] of [
      [text.slice(0, -1), text.length - 1],
      [text.replace('"exact":15000,', '"exact":015000,'), text.indexOf('"exact":15000,') + 9],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      const answer = await api.request('POST', `${project()}/dataset/import/`, { as: person.userId, raw, headers });
      expect(answer).toMatchObject({ status: 422, body: { detail: [{ type: 'json_invalid', loc: ['body', offset] }] } });
    }
  });

  it('stores nothing where the caller may not write', async () => {
    const before = await countDatasets();
    const stranger = await aPerson(test.database);
    const json = anImport(20_000) as never;
    expect(await api.request('POST', `${project()}/dataset/import/`, { as: stranger.userId, json })).toMatchObject({ status: 403 });
    expect(await importOf(anImport(20_000, { zarr_dir: '/' }))).toMatchObject({
      status: 422,
      body: { detail: "dataset.zarr_dir='/' is not relative to any of user's project dirs." },
    });
    expect(await countDatasets()).toBe(before);
  });
});

describe('datasets across projects', () => {
  it('are found by part of a name, in which no character is special', async () => {
    await aDataset({ name: 'a_b' });
    await aDataset({ name: 'axb' });
    const found = async (part: string) => {
      const { body } = await api.request('GET', `/api/v2/dataset/?dataset_name=${encodeURIComponent(part)}`, { as: person.userId });
      return (body as { items: { name: string }[] }).items.map(({ name }) => name);
    };
    expect(await found('A_B')).toEqual(['a_b']);
    expect(await found('%')).toEqual([]);
    expect(await found('\\')).toEqual([]);
    expect((await found('')).length).toBe(await countDatasets());
  });

  it('do not include those of a project whose invitation is not accepted', async () => {
    const guest = await aPerson(test.database);
    const total = async (query = '') =>
      ((await api.request('GET', `/api/v2/dataset/${query}`, { as: guest.userId })).body as { total_count: number }).total_count;
    await test.database.execute(`insert into project_member values ($1, $2, false, false, 'r')`, [person.projectId, guest.userId]);
    expect(await total()).toBe(0);
    await test.database.execute('update project_member set is_verified = true where user_id = $1', [guest.userId]);
    expect(await total()).toBe(await countDatasets());
    expect(await total('?only_owned=true')).toBe(0);
  });
});
