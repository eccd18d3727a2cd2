import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { observeAttempt } from '../observe/observe-attempt.js';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { endAttempt } from './end-attempt.js';

const KILLS = Number(process.env['FRACTAL_RUNNER_KILLS'] ?? 8);

describe('an attempt whose runner was killed', () => {
  it('is lost; ending it ends its units and daemons, and says so only when none is left', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('setsid sleep 600 & env -i /bin/sleep 600 & exec sleep 600', 3);
    const runner = await attempt.spawn();
    await until('units and daemons run', async () => attempt.processes().length === 7);
    process.kill(runner.pid, 'SIGKILL');
    await runner.exited;
    expect(await attempt.observe()).toMatchObject({ state: 'lost', reason: 'runner died' });
    expect(attempt.processes().length).toBe(6);
    expect(await attempt.end()).toMatchObject({ kind: 'ended' });
    expect(attempt.processes()).toEqual([]);
    expect((await attempt.started()).length).toBe(3);
    expect((await attempt.results()).size).toBe(0);
  });

  it('is unknown to the worker of another place, and lost for its own place after a reboot', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    const runner = await attempt.spawn();
    await until('a unit runs', async () => (await attempt.started()).length === 1);
    process.kill(runner.pid, 'SIGKILL');
    const { host, folder, here, calls } = attempt;
    const elsewhere = { ...here, machineId: 'another machine' };
    expect(await observeAttempt(host, folder, elsewhere, calls)).toMatchObject({ state: 'unknown' });
    const rebooted = { ...here, bootId: 'the next boot' };
    expect(await observeAttempt(host, folder, rebooted, calls)).toMatchObject({ state: 'lost', reason: 'place restarted' });
  });

  it('is judged by the owner that was stored when a task has removed its folder', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('trap "" TERM; while :; do sleep 1; done', 1);
    const runner = await attempt.spawn();
    const sight = await until('a unit runs', async () => ((await attempt.started()).length === 1 ? await attempt.observe() : null));
    const owner = sight.state === 'running' ? sight.owner : null;
    process.kill(runner.pid, 'SIGKILL');
    await runner.exited;
    await rm(attempt.folder, { recursive: true });
    const { host, folder, here, calls, token } = attempt;
    expect(await observeAttempt(host, folder, here, calls, owner)).toMatchObject({ state: 'lost', reason: 'runner died' });
    const signal = AbortSignal.timeout(20_000);
    const ended = await endAttempt(host, { folder, token, here, calls, knownOwner: owner, unitGraceMs: 300, signal });
    expect(ended.kind).toBe('ended');
    expect(attempt.processes()).toEqual([]);
  });

  it(`at ${KILLS} random moments: every unit has at most one start, every result is whole, every started unit is known`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const attempt = await AttemptUnderTest.create();
      await attempt.prepareTask('echo "$2" >> ran; printf "{}" > "$4"', 400);
      const runner = await attempt.spawn();
      const waitMs = 40 + Math.floor(Math.random() * 200);
      await sleep(waitMs);
      process.kill(runner.pid, 'SIGKILL');
      await runner.exited;
      await attempt.end();
      const started = await attempt.started();
      const results = await attempt.results();
      const ran = (await attempt.read('ran').catch(() => '')).split('\n').filter((line) => line !== '');
      expect(
        {
          startedTwice: started.length - new Set(started).size,
          ranTwice: ran.length - new Set(ran).size,
          ranUnannounced: ran.length > started.length,
          resultWithoutStart: [...results.keys()].filter((unit) => !started.includes(unit)),
          // Four ran, and one more may have been announced.
          manyUnfinished: started.length - results.size > 5,
          left: attempt.processes(),
        },
        `killed after ${waitMs} ms`,
      ).toEqual({ startedTwice: 0, ranTwice: 0, ranUnannounced: false, resultWithoutStart: [], manyUnfinished: false, left: [] });
    }
  });
});
