import { readFileSync } from 'node:fs';
import { stringifyJson } from '@fractal-server/domain';
import { describe, expect, it } from 'vitest';
import { differences, shapeOf, type Part } from '../../test/openapi-shape.js';
import { describeApi } from './openapi-document.js';

const read = (path: string): Part => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Part;
const ours = JSON.parse(stringifyJson(describeApi())) as Part;
const contract = read('../../../../test/contract/openapi-2.24.json');

/** Where our document says something else on purpose. */
const ON_PURPOSE = [
  { path: /\/properties\/(settings|installer|uv_version|waiting_reason)$/, why: 'our additions' },
  { path: /\/properties\/tasks_pixi_config\//, why: 'described in full instead of as any object' },
  { path: /\/properties\/resource_type\//, why: 'the one value that this variant has, instead of all values' },
  {
    path: /^post \/(auth\/token\/logout|api\/v2\/task\/collect\/pip)\/\/responses\//,
    why: 'the status that the reference answers, not the one that it documents',
  },
  { path: /^get .*\/type-filters-flow\/\/responses\//, why: 'described in full instead of as any object' },
  { path: /\/(image|unit)-log\/\/responses\/200\//, why: 'a text instead of anything' },
  { path: /\/squeue\/\/responses\/200\//, why: 'the media type that the reference answers with, not the one that it documents' },
  { path: /\/accounting\/slurm\/\/responses\//, why: 'described in full instead of as anything' },
  { path: /\/images\/non-processed\/\/responses\//, why: 'described in full instead of as anything' },
  { path: /\/properties\/(reordered_workflowtask_ids|tags)\/(anyOf|items|type)$/, why: 'null, which makes the reference fail, is refused' },
  { path: /\/download\/\/responses\/200\//, why: 'the media type of the file is told' },
];

function operationsOf(document: Part): Map<string, unknown> {
  const paths = Object.entries(document['paths'] as Record<string, Part>);
  return new Map(
    paths.flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation])),
  );
}

const ourOperations = operationsOf(ours);
const contractOperations = operationsOf(contract);

describe('the OpenAPI document', () => {
  it.each([...ourOperations.keys()].filter((name) => contractOperations.has(name)))('describes %s as the contract does', (name) => {
    const expected = shapeOf(contract, contractOperations.get(name));
    const actual = shapeOf(ours, ourOperations.get(name));
    const found = differences(expected, actual, name).filter((path) => !ON_PURPOSE.some((known) => known.path.test(path)));
    expect(found).toEqual([]);
  });

  it('has no operations beside those of the contract and the additions', () => {
    const additions = [...ourOperations.keys()].filter((name) => !contractOperations.has(name));
    expect(
      additions.filter(
        (name) =>
          !/^(post .*\/job\/\{job_id\}\/cancel|get .*\/job\/\{job_id\}\/explain|get .*\/resource\/\{resource_id\}\/health)\/$/.test(name),
      ),
    ).toEqual([]);
  });

  it('is committed as it is (npm run openapi writes it)', () => {
    expect(read('../../openapi.json')).toEqual(ours);
  });
});
