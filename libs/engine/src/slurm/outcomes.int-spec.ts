import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene } from '../../test/slurm-scene.js';

const done = { done: true };
const PATIENCE_MS = 200_000;

describe.each(['sudo', 'ssh'] as const)('by %s', async (way) => {
  await describeOnCluster('units on a cluster', () => {
    let scene: SlurmScene;
    beforeAll(async () => {
      scene = await SlurmScene.start({ way });
    }, PATIENCE_MS);
    afterAll(() => scene?.stop());

    it(
      'go through all kinds of tasks, in several batches',
      async () => {
        const list = ['/d/zarr/x', '/d/zarr/y'].map((zarr_url) => ({ zarr_url }));
        const large = list.map((image) => ({ ...image, attributes: { text: 'x'.repeat(40_000) } }));
        const job = await scene.submit({
          images: ['a', 'b', 'c', 'd', 'e'],
          runnerConfig: { ...SMALL_JOBS, batching_config: { ...SMALL_JOBS.batching_config, target_num_jobs: 3 } },
          tasks: [
            {
              type: 'converter_non_parallel',
              plan: { non_parallel: { '*': { out: { image_list_updates: large } } } },
            },
            {
              type: 'parallel',
              plan: { parallel: { '/d/zarr/y': { warn: true } } },
              output_types: { first: true },
            },
            { type: 'compound', plan: { non_parallel: { '*': { out: { parallelization_list: list } } } }, output_types: { second: true } },
            { type: 'non_parallel', plan: {}, output_types: { third: true } },
          ],
        });
        expect(await scene.end(job)).toMatchObject({ status: 'done' });
        const units = await scene.units(job);
        expect(units.every(({ status }) => status === 'done')).toBe(true);
        expect(units.filter(({ hasWarnings }) => hasWarnings)).toHaveLength(1);
        const all = { first: true, second: true, third: true };
        expect(await scene.images(job)).toEqual(
          Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'x', 'y'].map((name) => [`/d/zarr/${name}`, all])),
        );
        const attempts = await scene.attempts(job);
        expect(attempts.every(({ state }) => state === 'ended')).toBe(true);
        expect(attempts.length).toBeGreaterThan(5);
        expect(new Set(attempts.map(({ slurmJobId }) => slurmJobId)).size).toBe(attempts.length);
        expect(await scene.executorError(job)).toBeNull();
      },
      PATIENCE_MS,
    );

    it(
      'that fail leave the others done, their log in the job’s, and the files of both sides where the contract has them',
      async () => {
        const job = await scene.submit({
          tasks: [
            {
              name: 'Größe "messen" $(id)',
              type: 'parallel',
              plan: { parallel: { '/d/zarr/a': { out: {} }, '/d/zarr/b': { fail: 'the number is not a number' } } },
              output_types: done,
            },
          ],
        });
        const { status, log, working_dir: local, working_dir_user: remote } = await scene.end(job);
        expect(status).toBe('failed');
        expect(log).toContain('the number is not a number');
        expect(await scene.statuses(job)).toEqual(['done', 'failed', 'done']);
        expect(await scene.images(job)).toEqual({ '/d/zarr/a': done, '/d/zarr/b': {}, '/d/zarr/c': done });
        const [folder = ''] = (await readdir(local)).filter((name) => name.startsWith('0_'));
        const [attempt] = await scene.attempts(job);
        const files = ['args.json', 'log.txt'].flatMap((part) => [0, 1, 2].map((unit) => `par-000000-000000${unit}-${part}`));
        const ofSlurm = ['err', 'out'].map((end) => `par-000000-slurm-${attempt!.slurmJobId}.${end}`);
        const remoteFiles = [...files, 'par-000000-0000000-metadiff.json', ...ofSlurm].sort();
        expect((await readdir(join(remote, folder))).sort()).toEqual(remoteFiles);
        expect((await readdir(join(local, folder))).sort()).toEqual([...remoteFiles, 'par-000000-slurm-submit.sh'].sort());
        expect(await readFile(join(local, folder, 'par-000000-0000001-log.txt'), 'utf8')).toContain('not a number');
      },
      PATIENCE_MS,
    );

    it(
      'belong to their user: nobody else gets into the folders of either side',
      async () => {
        const [alice, bob] = scene.cluster.users;
        const job = await scene.submit({ user: alice!, tasks: [{ type: 'parallel', plan: {} }] });
        const { working_dir: local, working_dir_user: remote } = await scene.end(job);
        for (const path of [local, remote, `${remote}.attempts`]) {
          // Over SSH the folder of the attempts is removed.
          if (!existsSync(path)) continue;
          expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o700]);
          expect((await scene.cluster.runAs(bob!, ['ls', path])).stderr).toContain('Permission denied');
        }
        expect(statSync(remote).uid).toBe(alice!.uid);
        expect(statSync(join(remote, '0_task_0', 'par-000000-0000000-log.txt')).uid).toBe(alice!.uid);
      },
      PATIENCE_MS,
    );
  });
});
