import { readProcess } from '@fractal-server/hosts';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareAttempt } from '../attempt/prepare-attempt.js';
import type { Owner } from '../claim/owner.js';
import { PARTS_START } from '../results/parts-cursor.js';
import { AttemptReader } from '../remote/attempt-reader.js';
import { UNIT_RUNNER_PATH } from '../runner/spawn-runner.js';
import { AttemptUnderTest, PYTHON, until } from '../test-attempt/attempt-under-test.js';
import { endDetachedAttempt, seeDetachedRunner, type DetachedRunner } from './detached-attempt.js';
import { launchDetached } from './launch-detached.js';

/** Commands of an environment, run as on a login node. */
class DetachedAttempt {
  private readonly reader: AttemptReader;

  private constructor(
    readonly attempt: AttemptUnderTest,
    readonly folder: string,
  ) {
    this.reader = new AttemptReader(attempt.host);
  }

  static async prepare(script: string, folderName = 'attempt'): Promise<DetachedAttempt> {
    const detached = await DetachedAttempt.open(folderName);
    const { attempt, folder } = detached;
    const units = [{ index: 0, argv: ['sh', '-c', script], logPath: join(attempt.taskFolder, 'log.txt') }];
    const spec = attempt.spec({ kind: 'commands', units }, { site: 'cluster' });
    await prepareAttempt(attempt.host, folder, spec, 1, attempt.calls);
    return detached;
  }

  static async open(folderName = 'attempt'): Promise<DetachedAttempt> {
    const attempt = await AttemptUnderTest.create();
    return new DetachedAttempt(attempt, join(attempt.base, folderName));
  }

  get runner(): DetachedRunner {
    return { folder: this.folder, token: this.attempt.token, python: PYTHON, unitGraceMs: 500 };
  }

  async launch(python = PYTHON): Promise<void> {
    const { attempt, folder } = this;
    const runnerPath = join(folder, 'unit_runner.py');
    await mkdir(folder, { recursive: true });
    await copyFile(UNIT_RUNNER_PATH, runnerPath);
    await launchDetached(attempt.host, { folder, token: attempt.token, python, runnerPath }, attempt.calls);
  }

  async look() {
    return await this.reader.look({ folder: this.folder, cursor: PARTS_START, knownOwner: null }, this.attempt.calls);
  }

  async ownerOnceRunning(processes: number): Promise<Owner> {
    await until('the units run', async () => this.attempt.processes().length === processes);
    const { claim } = await this.look();
    if (claim.kind !== 'owned') throw new Error(`the claim is ${claim.kind}`);
    return claim.owner;
  }

  async see(owner: Owner) {
    return await seeDetachedRunner(this.attempt.host, this.runner, owner, this.attempt.calls);
  }

  async end(knownOwner: Owner | null) {
    return await endDetachedAttempt(this.attempt.host, this.runner, knownOwner, this.attempt.calls);
  }
}

describe('a detached runner', () => {
  it('runs its commands after the call that started it, whatever its folder is called', async () => {
    const detached = await DetachedAttempt.prepare('echo done', 'a $(touch forged) "folder" with späces');
    await detached.launch();
    const look = await until('it ended', async () => {
      const seen = await detached.look();
      return seen.end !== null && seen;
    });
    expect(look).toMatchObject({ results: [{ unit: 0, exitCode: 0 }], end: { reason: 'completed', bundle: null }, bundleBytes: null });
    expect(await detached.attempt.read('0_task/log.txt')).toBe('done\n');
  });

  it('that could not start has left its claim open and the reason in its log', async () => {
    const detached = await DetachedAttempt.prepare('true');
    await detached.launch('/nowhere/python3');
    await until('the log', async () => (await detached.attempt.runnerLog().catch(() => '')).includes('/nowhere/python3'));
    expect((await detached.look()).claim).toEqual({ kind: 'open' });
  });

  it('is seen alive, and dead after a kill of it and its guardian; ending it ends what they left', async () => {
    const detached = await DetachedAttempt.prepare('trap "" TERM; setsid sleep 600 & sleep 600; sleep 600');
    await detached.launch();
    const owner = await detached.ownerOnceRunning(5);
    expect(await detached.see(owner)).toBe('alive');
    process.kill(owner.pid, 'SIGSTOP');
    process.kill(readProcess(owner.pid)?.parentPid ?? 0, 'SIGKILL');
    process.kill(owner.pid, 'SIGKILL');
    await until('it is dead', async () => (await detached.see(owner)) === 'dead');
    expect(detached.attempt.processes().length).toBe(3);
    expect(await detached.end(null)).toMatchObject({ kind: 'ended', owner: { pid: owner.pid } });
    expect(detached.attempt.processes()).toEqual([]);
    expect(await detached.end(owner)).toMatchObject({ kind: 'ended' });
  });

  it('that lives ends its units and itself when it is ended', async () => {
    const detached = await DetachedAttempt.prepare('exec sleep 600');
    await detached.launch();
    const owner = await detached.ownerOnceRunning(3);
    expect(await detached.end(owner)).toMatchObject({ kind: 'ended' });
    expect(detached.attempt.processes()).toEqual([]);
    expect((await detached.look()).end).toMatchObject({ finished: 1 });
  });

  it('never starts once it was ended', async () => {
    const detached = await DetachedAttempt.open();
    expect(await detached.end(null)).toEqual({ kind: 'revoked' });
  });

  it('is left alone, but for a stop, when another login node answers', async () => {
    const detached = await DetachedAttempt.prepare('exec sleep 600');
    await detached.launch();
    const owner = await detached.ownerOnceRunning(3);
    const elsewhere = { ...owner, place: { ...owner.place, machineId: 'another login node' } };
    expect(await detached.see(elsewhere)).toBe('unknown');
    expect(await detached.see({ ...owner, place: { ...owner.place, bootId: 'the boot before' } })).toBe('place restarted');
    expect(await detached.end(elsewhere)).toMatchObject({ kind: 'elsewhere' });
    expect((await detached.attempt.host.list(detached.folder, detached.attempt.calls)).includes('stop')).toBe(true);
    await until('the runner saw it', async () => detached.attempt.processes().length === 0);
  });
});
