import { spawnSync } from 'node:child_process';
import { readdirSync, statfsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../test-attempt/attempt-under-test.js';
import { ClusterAttempt } from '../test-attempt/cluster-attempt.js';
import { SmallDisk } from '../test-attempt/small-disk.js';

const disk = new SmallDisk();

describe.skipIf(!disk.mayMount)('on a full disk of a cluster, the unit runner (needs the right to mount a tmpfs)', () => {
  it('keeps the results of units that ended, and says in the end marker why there is no bundle', async () => {
    disk.mount();
    const cluster = await ClusterAttempt.create(disk.path);
    const script = `case "$2" in *5-args.json) cat /dev/zero > filler; exit 1 ;; esac; printf '{}' > "$4"`;
    await cluster.prepare(script, 20, 1);
    const look = await cluster.run();
    expect(look.end).toMatchObject({ reason: 'disk full', started: 6, finished: 6, lines: 6, bundle: null });
    expect(look.bundleBytes).toBe(null);
    expect(look.results.map(({ unit, diskFull }) => [unit, diskFull])).toEqual([0, 1, 2, 3, 4, 5].map((unit) => [unit, unit === 5]));
    expect(await cluster.attempt.read('slurm.err').catch(() => '')).not.toContain('Traceback');
    // What ended well can still be fetched file by file.
    await rm(join(cluster.attempt.base, 'filler'));
    const request = {
      folder: cluster.attempt.taskFolder,
      names: ['par-000000-0000004-metadiff.json'],
      localTaskFolder: cluster.localTaskFolder,
    };
    expect(await cluster.reader.fetchFiles(request, cluster.calls)).toEqual(request.names);
  });

  it('leaves out a bundle that would leave too little room for others', async () => {
    disk.mount();
    const cluster = await ClusterAttempt.create(disk.path);
    await cluster.prepare('head -c 400000 /dev/zero', 1);
    const look = await cluster.run();
    expect(look.end).toMatchObject({ reason: 'completed', bundle: null });
    expect(readdirSync(cluster.folder).filter((name) => name.startsWith('bundle'))).toEqual([]);
    expect(await cluster.attempt.read('slurm.err')).toContain('no bundle');
  });

  it('waits for the room that its claim takes', async () => {
    disk.mount();
    const cluster = await ClusterAttempt.create(disk.path);
    await cluster.prepare('true', 1);
    const filler = join(cluster.attempt.base, 'filler');
    spawnSync('sh', ['-c', 'cat /dev/zero >"$0"', filler]);
    const runner = cluster.spawn();
    const tries = new Set<number>();
    await until('it has tried more than once', async () => tries.add(statSync(cluster.folder).mtimeMs).size > 3);
    expect(runner.exitCode).toBeNull();
    await rm(filler);
    await until('the runner ended', async () => runner.exitCode !== null);
    expect(await cluster.look()).toMatchObject({ end: { reason: 'completed', finished: 1 } });
  });

  it('holds results until there is room again', async () => {
    disk.mount();
    const cluster = await ClusterAttempt.create(disk.path);
    // The reserve is gone, as if another writer had been faster.
    await cluster.prepare('rm ../attempt-*/attempt/reserve; cat /dev/zero > filler; exit 1', 3, 1);
    const runner = cluster.spawn();
    await until('the disk is full', async () => statfsSync(disk.path).bavail === 0);
    await until('the unit ended', async () => cluster.attempt.processes().length === 2);
    expect(await cluster.look()).toMatchObject({ end: null, results: [], startedBelow: 1 });
    await rm(join(cluster.attempt.base, 'filler'));
    await until('the runner ended', async () => runner.exitCode !== null);
    const look = await cluster.look();
    expect(look.results).toMatchObject([{ unit: 0, exitCode: 1, diskFull: true }]);
    expect(look.end).toMatchObject({ reason: 'disk full', started: 1, finished: 1 });
  });
});

afterAll(() => disk.remove());
