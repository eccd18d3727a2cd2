import type { DatabaseOptions } from '@fractal-server/database';
import { listFailPoints } from '@fractal-server/execution';
import { createTestDatabase, waitFor } from '@fractal-server/test-support';
import './index.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { isLong } from '../test/long-tests.js';
import { anImage, aWorkflow, submit } from '../test/workflow-fixture.js';
import { startTestWorker, waitForJob } from '../test/test-worker.js';

const MAIN = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));
const NAMES = ['a', 'b', 'c', 'd'];
const URLS = NAMES.map((name) => `/d/zarr/${name}`);

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first`);
});

/** A worker process of its own, as it is installed. */
function startWorker(options: DatabaseOptions, failPoint: string): ChildProcess {
  return spawn(process.execPath, [MAIN, '--backend', 'local', '--place', 'test'], {
    stdio: process.env['SHOW_LOG'] === undefined ? 'ignore' : 'inherit',
    env: {
      PATH: process.env['PATH'],
      POSTGRES_HOST: options.host,
      POSTGRES_PORT: String(options.port),
      POSTGRES_DB: options.database,
      POSTGRES_USER: options.user,
      POSTGRES_PASSWORD: options.password,
      JWT_SECRET_KEY: 'not used',
      FRACTAL_LOGGING_LEVEL: '30',
      FRACTAL_FAIL_POINT: failPoint,
    },
  });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
}

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return / T /.test(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
}

/** Effects that no undisturbed job has; they are part of the long form only. */
const RARE = /^execution\.(revoke|end|stop|slots)\./;
/** Moments at which it matters that a worker wakes up late: right before an effect on the outside, or before a decisive commit. */
const LATE = /^(engine\.(folder|stage|settle|merge|end|archive)|execution\.(prepare|spawn))\.before$/;

const points = listFailPoints().filter((name) => /^(engine|execution)\./.test(name));
const cases = [
  ...points.filter((name) => isLong || !RARE.test(name)).map((name) => [`${name}:kill`] as const),
  ...points.filter((name) => isLong || LATE.test(name)).map((name) => [`${name}:stop`] as const),
];

/** A worker dies, or sleeps past its lease, at a point; another one takes over. A point that the job never passes changes nothing. */
describe('a worker that is lost', () => {
  it.concurrent.each(cases)('at %s loses nothing and doubles nothing', { timeout: 120_000 }, async (failPoint) => {
    const test = await createTestDatabase();
    const { database } = test;
    const fixture = await aWorkflow(database, {
      images: NAMES.map(anImage),
      settings: { local_slots: 2 },
      tasks: [
        { type: 'parallel', plan: {}, output_types: { first: true } },
        { type: 'compound', plan: {}, output_types: { second: true } },
      ],
    });
    const started = join(fixture.folder, 'started');
    const append = { append_to: started };
    await writeFile(join(fixture.folder, 'plan-0.json'), JSON.stringify({ parallel: { '*': append } }));
    const list = URLS.map((zarr_url) => ({ zarr_url }));
    await writeFile(
      join(fixture.folder, 'plan-1.json'),
      JSON.stringify({ non_parallel: { '*': { ...append, out: { parallelization_list: list } } }, parallel: { '*': append } }),
    );
    const jobId = await submit(database, fixture);
    const isOver = async (): Promise<boolean> => {
      const [job] = await database.query<{ state: string }>('select state from job where id = $1', [jobId]);
      return job?.state === 'closed';
    };
    const lost = startWorker(test.options, failPoint);
    await waitFor('the loss of the worker', async () => lost.signalCode !== null || (await isStopped(lost)) || (await isOver()), {
      deadlineMs: 60_000,
    });
    // As if the time of a lease had passed.
    await database.execute(
      `update work set until = clock_timestamp() - interval '1 second', next_action_at = clock_timestamp() where until is not null`,
    );
    const other = await startTestWorker(test.options);
    const job = await waitForJob(database, jobId, 60_000);
    await waitFor('the end of all work', async () => (await database.query('select 1 from work')).length === 0);
    lost.kill('SIGCONT');
    lost.kill('SIGTERM');
    await endOf(lost);
    await other.stop();
    expect(job.status).toBe('done');
    const lines = (await readFile(started, 'utf8')).trim().split('\n').sort();
    expect(lines).toEqual([...URLS, ...URLS, 'non_parallel'].sort());
    const images = await database.query<{ types: Map<string, boolean> }>('select types from image where dataset_id = $1', [
      fixture.datasetId,
    ]);
    expect(images.map(({ types }) => Object.fromEntries(types))).toEqual(NAMES.map(() => ({ first: true, second: true })));
    expect(await database.query(`select status from unit where status <> 'done'`)).toEqual([]);
    expect(await database.query('select num_tasks from accounting_record order by id')).toEqual([{ num_tasks: 4 }, { num_tasks: 5 }]);
    expect(await database.query('select number from attempt where number > 1')).toEqual([]);
    expect(existsSync(`${job.working_dir}.zip`)).toBe(true);
    // A worker that slept right before making this folder may make it once more, empty.
    expect(await readdir(`${job.working_dir}.attempts`).catch(() => [])).toEqual([]);
    await test.close();
  });
});
