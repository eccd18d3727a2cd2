import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { ClusterAttempt } from '../test-attempt/cluster-attempt.js';

describe('the unit runner on a cluster', () => {
  it('leaves closed parts, a watermark, a bundle and an end marker, and nothing that grows', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare(`case "$2" in *7-args.json) exit 3 ;; esac; printf '{"a": "ü"}' > "$4"`, 20);
    const look = await cluster.run();
    expect(look.claim).toMatchObject({
      kind: 'owned',
      owner: {
        token: cluster.attempt.token,
        slurmJobId: '4711',
        slurm: { cluster: 'test', node: 'node1', partition: 'main', user: 'alice' },
      },
    });
    expect(look.results.map(({ unit }) => unit).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(look.results.find(({ unit }) => unit === 7)).toMatchObject({ exitCode: 3 });
    expect(look.results.find(({ unit }) => unit === 3)).toMatchObject({ output: { kind: 'inline', text: '{"a": "ü"}' } });
    expect(look).toMatchObject({ startedBelow: 20, more: false, isBehind: false, cursor: { lines: 20 } });
    expect(look.end).toMatchObject({ reason: 'completed', lines: 20, started: 20, finished: 20, bundle: look.bundleBytes });
    expect(look.end?.parts).toBe(look.cursor.parts);
    const names = await readdir(cluster.folder);
    expect(names.filter((name) => !/^results\.\d+\.\d+$/.test(name)).sort()).toEqual([
      `bundle.${look.bundleBytes}`,
      'claim',
      'end',
      'heartbeat',
      'watermark.20',
    ]);
    expect([(await stat(join(cluster.folder, 'claim'))).size, (await stat(join(cluster.folder, 'end'))).size]).toEqual([1024, 512]);
  });

  it('makes files in the attempt folder that only their owner can read', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('true', 2);
    await cluster.run();
    const modes = await Promise.all(
      (await readdir(cluster.folder)).map(async (name) => (await stat(join(cluster.folder, name))).mode & 0o777),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('shows results while units run', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('case "$2" in *3-args.json) exec sleep 600 ;; esac', 4);
    cluster.spawn();
    const look = await cluster.lookUntil('three units ended', ({ results }) => results.length === 3);
    expect(look).toMatchObject({ end: null, bundleBytes: null, startedBelow: 4 });
  });

  it('announces before it starts: after kill -9 of everything, units above the watermark have not run', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare(`echo "$2" >> ran; exec sleep 0.0$(( $$ % 9 ))`, 300);
    const runner = cluster.spawn();
    await cluster.lookUntil('some units ended', ({ results }) => results.length > 20);
    for (const pid of cluster.attempt.processes()) process.kill(pid, 'SIGKILL');
    await until('the runner is gone', async () => runner.signalCode !== null);
    const look = await cluster.look({ isOver: true });
    const ran = (await cluster.attempt.read('ran')).trim().split('\n');
    expect(look.end).toBe(null);
    const highest = Math.max(...ran.map((path) => Number(/(\d+)-args/.exec(path)?.[1])));
    expect(highest).toBeLessThan(look.startedBelow ?? 0);
    expect(look.startedBelow).toBeLessThan(300);
    expect(look.results.length).toBeLessThanOrEqual(ran.length);
  });

  it('announces long units one by one', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('case "$2" in *0-args.json) exec sleep 1.2 ;; esac; exec sleep 600', 50, 3);
    cluster.spawn();
    const first = await cluster.lookUntil('units started', ({ startedBelow }) => startedBelow !== 0);
    expect(first.startedBelow).toBe(3);
    const second = await cluster.lookUntil('a unit ended', ({ results }) => results.length === 1);
    expect(second.startedBelow).toBe(4);
  });

  it('puts the launcher before every command, and gives units the environment of the batch script', async () => {
    const cluster = await ClusterAttempt.create();
    const launcher = join(cluster.attempt.base, 'launcher.sh');
    await writeFile(launcher, '#!/bin/sh\necho "launched with $1 by $FROM_SCRIPT on $SLURM_JOB_ID"; shift; exec "$@"\n', { mode: 0o755 });
    const environment = { FROM_SPEC: 'spec wins' };
    await cluster.prepare('printf "%s" "$FROM_SPEC $FRACTAL_ATTEMPT" > "$4"', 1, 1, { launcher: [launcher, '--ntasks=1'], environment });
    const runner = cluster.spawn({ FROM_SCRIPT: 'the script', FROM_SPEC: 'script' });
    await until('the runner ended', async () => runner.exitCode !== null);
    const [result] = (await cluster.look()).results;
    expect(result?.output).toEqual({ kind: 'inline', text: `spec wins ${cluster.attempt.token}` });
    expect(await cluster.attempt.read('0_task/par-000000-0000000-log.txt')).toBe('launched with --ntasks=1 by the script on 4711\n');
  });

  it('ends within the grace time and half as much again when the scheduler signals every process of the job', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('setsid sh -c \'trap "" TERM; sleep 600\' & exec sleep 600', 6, 3, { unitGraceMs: 1_000 });
    const runner = cluster.spawn();
    await until('units and daemons run', async () => cluster.attempt.processes().length === 11);
    const begin = performance.now();
    // Units first: the runner sees them end before it meets its own signal.
    for (const pid of cluster.attempt.processes().sort((a, b) => b - a)) process.kill(pid, 'SIGTERM');
    await until('the runner ended', async () => runner.exitCode !== null);
    expect(performance.now() - begin).toBeLessThan(6_000);
    expect(cluster.attempt.processes()).toEqual([]);
    const look = await cluster.look();
    expect(look.end).toMatchObject({ reason: 'terminated', started: 3, finished: 3 });
    expect(look.results.map(({ stopped }) => stopped)).toEqual([true, true, true]);
  });

  it('ends when a stop folder was made in the attempt', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('exec sleep 600', 2);
    const runner = cluster.spawn();
    await cluster.lookUntil('units started', ({ startedBelow }) => startedBelow === 2);
    await mkdir(join(cluster.folder, 'stop'));
    await until('the runner ended', async () => runner.exitCode !== null);
    expect((await cluster.look()).end).toMatchObject({ reason: 'stopped', finished: 2 });
  });

  it('waits for folders that its node does not show yet', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('true', 2);
    const hidden = `${cluster.specFolder}.hidden`;
    await rename(cluster.specFolder, hidden);
    await rm(cluster.folder, { recursive: true });
    const runner = cluster.spawn();
    await sleep(300);
    expect(runner.exitCode).toBe(null);
    await rename(hidden, cluster.specFolder);
    await mkdir(cluster.folder);
    await until('the runner ended', async () => runner.exitCode !== null);
    expect((await cluster.look()).end).toMatchObject({ reason: 'completed', finished: 2 });
  });

  it('gives up waiting for folders when the scheduler ends the job', async () => {
    const cluster = await ClusterAttempt.create();
    const runner = cluster.spawn();
    await until('it fetches its signals', async () => readFileSync(`/proc/${runner.pid}/comm`, 'latin1') === 'unit-guardian\n');
    process.kill(runner.pid ?? 0, 'SIGTERM');
    await until('the runner ended', async () => runner.exitCode !== null);
    expect(runner.exitCode).toBe(2);
    expect((await cluster.look()).claim).toEqual({ kind: 'open' });
  });

  it('packs what is there, and nothing but plain files', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('case "$2" in *1-args.json) ln -s /etc/passwd "$4" ;; *2-args.json) rm "$2" ;; esac; echo log', 3);
    const look = await cluster.run();
    const bundle = join(cluster.folder, `bundle.${look.bundleBytes}`);
    const listed = spawnSync('tar', ['-tf', bundle], { encoding: 'utf8' }).stdout.trim().split('\n').sort();
    const stem = (index: number) => `par-000000-000000${index}`;
    expect(listed).toEqual([
      `${stem(0)}-args.json`,
      `${stem(0)}-log.txt`,
      `${stem(1)}-args.json`,
      `${stem(1)}-log.txt`,
      `${stem(2)}-log.txt`,
    ]);
  });

  it('lets only one of two runners run, wherever they are', async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare('echo ran >> ran', 3);
    const runners = [cluster.spawn({ SLURM_JOB_ID: '1' }), cluster.spawn({ SLURM_JOB_ID: '2' })];
    await until('both ended', async () => runners.every(({ exitCode }) => exitCode === 0));
    expect((await readFile(join(cluster.attempt.base, 'ran'), 'utf8')).trim().split('\n').length).toBe(3);
    expect((await cluster.look()).end).toMatchObject({ finished: 3 });
  });

  it('writes the same local files as ever where the site is not a cluster', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    await attempt.run();
    expect((await readdir(attempt.folder)).sort()).toEqual(['claim', 'end', 'heartbeat', 'results', 'runner.log', 'slots', 'spec']);
  });
});
