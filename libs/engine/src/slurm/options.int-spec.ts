import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;

describe.each(['sudo', 'ssh'] as const)('by %s', async (way) => {
  await describeOnCluster('what a resource and a job ask for', () => {
    let scene: SlurmScene;
    beforeAll(async () => {
      scene = await SlurmScene.start({
        way,
        nodes: { cpus: 32, memoryMb: 16_000 },
        accounting: { accounts: [{ name: 'lab' }, { name: 'institute' }] },
        partitions: [
          'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
          'PartitionName=gpu Nodes=ALL MaxTime=INFINITE State=UP',
        ],
      });
    }, PATIENCE_MS);
    afterAll(() => scene?.stop());

    it.concurrent(
      'reaches SLURM and the units: account, worker_init, exports, and the GPU configuration',
      async () => {
        const gpu = { partition: 'gpu', extra_lines: ['#SBATCH --comment="a \'b\' $(id) `id` ümlaut"'] };
        const job = await scene.submit({
          images: ['a'],
          slurmAccount: 'institute',
          workerInit: 'export FROM_INIT="two words"',
          runnerConfig: { ...SMALL_JOBS, gpu_slurm_config: gpu, user_local_exports: { FROM_RESOURCE: 'models/v 1' } },
          tasks: [{ type: 'parallel', plan: { parallel: { '*': { print_environment: true } } }, meta_parallel: { needs_gpu: true } }],
        });
        const { status, working_dir: folder } = await scene.end(job);
        expect(status).toBe('done');
        const log = await readFile(join(folder, '0_task_0', 'par-000000-0000000-log.txt'), 'utf8');
        const environment = JSON.parse(log) as Record<string, string>;
        expect(environment).toMatchObject({
          ...{ FROM_INIT: 'two words', SLURM_JOB_PARTITION: 'gpu', SLURM_JOB_ACCOUNT: 'institute', USER: job.user.name },
          FROM_RESOURCE: expect.stringMatching(/\/models\/v 1$/),
        });
        const [attempt] = await scene.attempts(job);
        const shown = await scene.cluster.scontrol('show', 'job', attempt!.slurmJobId!);
        expect(shown).toContain('Account=institute');
        expect(shown).toContain(`Comment=a 'b' $(id) \`id\` ümlaut`);
      },
      PATIENCE_MS,
    );

    it.concurrent(
      'may be a step of its own for each unit',
      async () => {
        const job = await scene.submit({
          settings: { unit_launcher: 'srun' },
          tasks: [{ type: 'parallel', plan: { parallel: { '*': { print_environment: true } } } }],
        });
        const { status, working_dir: folder } = await scene.end(job);
        expect(status).toBe('done');
        const read = async (unit: number) =>
          JSON.parse(await readFile(join(folder, '0_task_0', `par-000000-000000${unit}-log.txt`), 'utf8')) as Record<string, string>;
        const steps = await Promise.all([0, 1, 2].map(async (unit) => (await read(unit))['SLURM_STEP_ID']));
        expect([...steps].sort()).toEqual(['0', '1', '2']);
      },
      PATIENCE_MS,
    );

    it.concurrent.each(['Größe ändern', 'a b/c', `"quoted" 'twice'`, '$(touch /tmp/never) `id`', '-rf --help', '%j %x', 'a\nb'])(
      'is safe from the name of a task: %j',
      async (name) => {
        const job = await scene.submit({ images: ['a'], tasks: [{ name, type: 'parallel', plan: {}, output_types: { done: true } }] });
        expect(await scene.end(job)).toMatchObject({ status: 'done' });
        expect(await scene.images(job)).toEqual({ '/d/zarr/a': { done: true } });
      },
      PATIENCE_MS,
    );

    it.concurrent.each(["it's here", 'a b  c', '$(id)', 'Öl & "Essig"', '-n', '%j%%x', ';reboot;#'])(
      'is safe from the name of a folder: %j',
      async (name) => {
        const job = await scene.submit({
          images: ['a'],
          folderName: name,
          tasks: [{ type: 'parallel', plan: {}, output_types: { done: true } }],
        });
        expect(await scene.end(job)).toMatchObject({ status: 'done' });
        expect(await scene.images(job)).toEqual({ '/d/zarr/a': { done: true } });
        expect(await scene.executorError(job)).toBeNull();
      },
      PATIENCE_MS,
    );
  });
});
