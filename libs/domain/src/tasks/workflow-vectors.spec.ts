import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../json/json.js';
import { parseJson } from '../json/parse-json.js';
import { stringifyJson } from '../json/stringify-json.js';
import { type SimulatedJob, simulateJob } from './simulated-job.spec-support.js';

const file = new URL('../../../../test/vectors/workflow-vectors.json', import.meta.url);
const vectors = (parseJson(readFileSync(file, 'utf8')) as JsonObject).get('vectors') as JsonObject[];

type Expected = { -readonly [Part in keyof SimulatedJob]: SimulatedJob[Part] };

/** What we do better than the reference: the oddity (contract: runner.md 16) and what is expected instead of the recorded result. */
const EXCEPTIONS: Readonly<Record<string, { readonly reason: string; readonly correct: (expected: Expected) => void }>> = {
  W02: {
    reason: '16.1: an image whose unit failed does not count as updated',
    correct: ({ images }) => (images[1] as JsonObject).set('types', new Map([['is_3D', true]])),
  },
  W53: {
    reason: '16.1: an image whose unit failed does not count as updated',
    correct: ({ images }) => (images[0] as JsonObject).set('types', new Map([['is_3D', true]])),
  },
  W17: { reason: '16.3: an invalid init output fails its unit', correct: failUnits },
  W18: { reason: '16.3: an invalid init output fails its unit', correct: failUnits },
  W19: { reason: '16.3: an invalid init output fails its unit', correct: failUnits },
  W32: {
    reason: '16.7: images are rows, so that each has an origin; an absent one is null',
    correct: ({ images }) => (images[0] as JsonObject).set('origin', null),
  },
  W40: { reason: '16.2: a run whose output cannot be merged fails', correct: failRuns },
  W41: { reason: '16.2: a run whose output cannot be merged fails', correct: failRuns },
  W46: { reason: '16.2: a run whose output cannot be merged fails', correct: failRuns },
  W49: { reason: '16.2: a run whose output cannot be merged fails', correct: failRuns },
  W50: { reason: '16.2: a run whose output cannot be merged fails', correct: failRuns },
  W42: {
    reason: '16.5: a sibling folder whose name begins like zarr_dir is not below it',
    correct: (expected) => {
      expected.images = expected.images.slice(0, -1);
      expected.accounting = [];
      expected.error = jobExecutionError('NEW_IMAGE_NOT_IN_ZARR_DIR');
      failUnits(expected);
      failRuns(expected);
    },
  },
  W59: { reason: '16.4: an output that is not an object fails its unit', correct: failTheOneUnit },
  W60: { reason: '16.4: an output that is not an object fails its unit', correct: failTheOneUnit },
  W91: { reason: '16.3: a bad runner config fails the run before it has units that would stay submitted', correct: refuseConfig },
  W92: { reason: '16.3: a bad runner config fails the run before it has units that would stay submitted', correct: refuseConfig },
};

describe.each(vectors.map((vector) => [vector.get('id') as string, vector.get('description') as string, vector] as const))(
  '%s %s',
  (id, _description, vector) => {
    const exception = EXCEPTIONS[id];
    const suffix = exception === undefined ? '' : ` (oddity ${exception.reason})`;

    it(`gives the images, arguments, statuses and error of the contract${suffix}`, () => {
      const expected = expectedOf(vector.get('expected') as JsonObject);
      exception?.correct(expected);
      expect(simulateJob(vector.get('input') as JsonObject)).toEqual(expected);
    });
  },
);

describe('the exceptions', () => {
  it('are all vectors that would fail otherwise', () => {
    const differing = vectors.filter((vector) => {
      const simulated = simulateJob(vector.get('input') as JsonObject);
      return !isDeepEqual(simulated, expectedOf(vector.get('expected') as JsonObject));
    });
    expect(differing.map((vector) => vector.get('id')).sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
});

function expectedOf(original: JsonObject): Expected {
  // A copy, because exceptions correct it.
  const recorded = parseJson(stringifyJson(original)) as JsonObject;
  const images = recorded.get('images') as JsonObject[];
  return {
    // In status mode the reference leaves images in no order (oddity 16.12); ours keep theirs, which the vectors happen to have.
    images,
    history_runs: recorded.get('history_runs') as Json[],
    history_units: recorded.get('history_units') as Json[],
    accounting: recorded.get('accounting') as Json[],
    task_arguments: recorded.get('task_arguments') as JsonObject,
    error: recorded.get('error')!,
  };
}

function isDeepEqual(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}

function failUnits({ history_units }: Expected): void {
  for (const unit of history_units) (unit as JsonObject).set('status', 'failed');
}

function failRuns({ history_runs }: Expected): void {
  for (const run of history_runs) (run as JsonObject).set('status', 'failed');
}

function failTheOneUnit(expected: Expected): void {
  failUnits(expected);
  (expected.accounting[0] as JsonObject).set('num_tasks', 1);
}

function refuseConfig(expected: Expected): void {
  expected.history_units = [];
  expected.error = jobExecutionError('BAD_PARALLEL_TASKS_PER_JOB');
}

function jobExecutionError(code: string): JsonObject {
  return new Map([
    ['code', code],
    ['raised_as', 'job execution error'],
  ]);
}
