import { describe, expect, it } from 'vitest';
import { prepareAttempt } from './attempt/prepare-attempt.js';
import type { AttemptSpec } from './attempt/attempt-spec.js';
import { listFailPoints } from './fail-point.js';
import { AttemptUnderTest, until } from './test-attempt/attempt-under-test.js';
import { startWorkerProcess } from './test-attempt/worker-process.js';
import './fail-points.js';
import { readProcess } from '@fractal-server/hosts';

const UNITS = 6;
const everyUnitOnce = Array.from({ length: UNITS }, (_, index) => String(index));
const starting = listFailPoints().filter((name) => /^execution\.(prepare|spawn|slots)\./.test(name));
const ending = listFailPoints().filter((name) => /^execution\.(revoke|stop|end)\./.test(name));

/** Units that tell which of them ran, and run long enough for kills to fall into them. */
function specOf(attempt: AttemptUnderTest): AttemptSpec {
  const units = everyUnitOnce.map((name, index) => ({
    index,
    argv: ['sh', '-c', `echo ${name} >> ran; sleep 0.3`],
    logPath: `${attempt.taskFolder}/${name}.txt`,
  }));
  return attempt.spec({ kind: 'commands', units });
}

async function ranUnits(attempt: AttemptUnderTest): Promise<string[]> {
  return (await attempt.read('ran').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

describe.each(starting)('a worker killed at %s', (point) => {
  it('leaves an attempt that another one starts again or adopts: every unit runs once', async () => {
    const attempt = await AttemptUnderTest.create();
    expect(await startWorkerProcess(attempt, 'start', specOf(attempt), point).settled).toBe('ended');
    await prepareAttempt(attempt.host, attempt.folder, specOf(attempt), 4, attempt.calls);
    await attempt.spawn();
    await until('the attempt ended', async () => (await attempt.observe()).state === 'ended');
    expect(await ranUnits(attempt)).toEqual(everyUnitOnce);
    expect((await attempt.results()).size).toBe(UNITS);
  });
});

describe.each(ending)('a worker killed at %s', (point) => {
  // An attempt is revoked or ended, never both: which of the two passes the point.
  const whileRunning = !point.includes('revoke');

  it('leaves an attempt that another one ends', async () => {
    const attempt = await AttemptUnderTest.create();
    if (whileRunning) {
      await attempt.prepareTask('sleep 600', 4);
      await attempt.spawn();
      await until('units run', async () => (await attempt.started()).length === 4);
    }
    expect(await startWorkerProcess(attempt, 'end', specOf(attempt), point).settled).toBe('ended');
    expect((await attempt.end()).kind).toBe(whileRunning ? 'ended' : 'revoked');
    expect(attempt.processes()).toEqual([]);
    expect((await attempt.observe()).state).toBe(whileRunning ? 'ended' : 'revoked');
  });
});

describe('a worker that is stopped at a fail point', () => {
  it('past the time when another revoked the attempt, starts nothing', async () => {
    const attempt = await AttemptUnderTest.create();
    const worker = startWorkerProcess(attempt, 'start', specOf(attempt), 'execution.prepare.before:stop');
    await until('the worker sleeps', async () => readProcess(worker.process.pid ?? 0)?.state === 'T');
    expect(await attempt.end()).toEqual({ kind: 'revoked' });
    worker.process.kill('SIGCONT');
    expect(await worker.settled).toBe('done');
    worker.process.kill('SIGKILL');
    await until('the runner has seen the claim', async () => attempt.processes().length === 0);
    expect(await attempt.runnerLog()).toContain('the claim is taken');
    expect(await ranUnits(attempt)).toEqual([]);
  });
});

describe('units of a worker that is killed while they run', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('go on after %s', async (signal) => {
    const attempt = await AttemptUnderTest.create();
    const worker = startWorkerProcess(attempt, 'start', specOf(attempt));
    await worker.settled;
    worker.process.kill(signal);
    await until('the attempt ended', async () => (await attempt.observe()).state === 'ended');
    expect(await ranUnits(attempt)).toEqual(everyUnitOnce);
  });
});
