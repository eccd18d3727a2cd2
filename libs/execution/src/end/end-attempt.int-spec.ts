import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isAlive, readProcess } from '@fractal-server/hosts';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { endAttempt, requestStop } from './end-attempt.js';

async function runningUnits(attempt: AttemptUnderTest, count: number): Promise<void> {
  await until(`${count} units run`, async () => (await attempt.started()).length === count);
}

describe('ending an attempt', () => {
  it('that nobody has started revokes it', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    expect(await attempt.end()).toEqual({ kind: 'revoked' });
  });

  it('ends running units by SIGTERM and keeps the results of those that had finished', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('case "$2" in *0-args.json) exit 0 ;; esac; exec sleep 600', 3, 3);
    await attempt.spawn();
    await until('one unit ended', async () => (await attempt.results()).size === 1);
    await runningUnits(attempt, 3);
    const begin = Date.now();
    expect(await attempt.end()).toMatchObject({ kind: 'ended' });
    expect(Date.now() - begin).toBeLessThan(3_000);
    const results = await attempt.results();
    expect(results.get(0)).toMatchObject({ exitCode: 0, stopped: false });
    expect(results.get(1)).toMatchObject({ signal: 15, stopped: true });
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'stopped', finished: 3 } });
    expect(attempt.processes()).toEqual([]);
  });

  it('kills a unit that ignores SIGTERM after its grace time', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask(`trap '' TERM; touch ready; while :; do sleep 1; done`, 1);
    await attempt.spawn();
    await until('the unit ignores signals', async () => (await attempt.read('ready').catch(() => null)) !== null);
    await attempt.end();
    expect((await attempt.results()).get(0)).toMatchObject({ signal: 9, stopped: true });
    expect(attempt.processes()).toEqual([]);
  });

  it('lets a unit that handles SIGTERM finish what it does', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask(`trap 'sleep 0.2; echo tidy; exit 5' TERM; touch ready; while :; do sleep 0.05; done`, 1);
    await attempt.spawn();
    await until('the unit handles signals', async () => (await attempt.read('ready').catch(() => null)) !== null);
    await attempt.end();
    expect((await attempt.results()).get(0)).toMatchObject({
      exitCode: 5,
      stopped: true,
      logTail: expect.stringMatching(/tidy\n$/) as string,
    });
  });

  it('does not start the units that wait', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 50, 1);
    await attempt.spawn();
    await runningUnits(attempt, 1);
    await attempt.end();
    expect((await attempt.started()).length).toBe(1);
    expect((await attempt.results()).size).toBe(1);
  });

  it('wakes a unit and a runner that were stopped by a signal', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    const runner = await attempt.spawn();
    await runningUnits(attempt, 1);
    attempt.processes().forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await attempt.end();
    expect(attempt.processes()).toEqual([]);
    expect((await runner.exited).exitCode).toBe(0);
  });

  it('only asks a runner of another place', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    const runner = await attempt.spawn();
    await runningUnits(attempt, 1);
    const { folder, token, calls } = attempt;
    const here = { ...attempt.here, machineId: 'another machine' };
    const ended = await endAttempt(attempt.host, { folder, token, here, calls, signal: AbortSignal.timeout(20_000) });
    expect(ended.kind).toBe('elsewhere');
    expect((await runner.exited).exitCode).toBe(0);
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'stopped' } });
  });
});

describe('the runner on its own', () => {
  it('sees a stop request within about a second', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    const runner = await attempt.spawn();
    await runningUnits(attempt, 1);
    const begin = Date.now();
    await requestStop(attempt.host, attempt.folder, attempt.calls);
    await requestStop(attempt.host, attempt.folder, attempt.calls);
    await runner.exited;
    expect(Date.now() - begin).toBeLessThan(2_500);
  });

  it('starts nothing when it is asked to stop before it begins', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 5);
    await requestStop(attempt.host, attempt.folder, attempt.calls);
    await (
      await attempt.spawn()
    ).exited;
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'stopped', started: 0 } });
  });

  it.each([
    ['SIGTERM', 'runner'],
    ['SIGINT', 'runner'],
    ['SIGHUP', 'runner'],
    ['SIGTERM', 'guardian'],
  ] as const)('ends its units on %s for the %s and says that it was terminated', async (signal, who) => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 2);
    const runner = await attempt.spawn();
    await runningUnits(attempt, 2);
    process.kill(who === 'runner' ? await attempt.runnerPid() : runner.pid, signal);
    await runner.exited;
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'terminated', finished: 2 } });
    expect(attempt.processes()).toEqual([]);
  });

  it('ends daemons that units left behind before it says that all has ended', async () => {
    const attempt = await AttemptUnderTest.create();
    const daemons = `
      (sleep 600 & sleep 600) & setsid sleep 600 & env -i setsid /bin/sleep 600 &
      setsid sh -c 'trap "" TERM; while :; do sleep 1; done' & exit 0`;
    await attempt.prepareTask(daemons, 2);
    const runner = await attempt.spawn();
    await until('daemons run', async () => (await attempt.results()).size === 2);
    const children = childrenOf(await attempt.runnerPid());
    await runner.exited;
    expect(children.length).toBeGreaterThan(4);
    expect(children.filter((child) => isAlive(child))).toEqual([]);
    expect(attempt.processes()).toEqual([]);
    expect(await attempt.observe()).toMatchObject({ marker: { reason: 'completed', finished: 2 } });
  });

  it('gives what units left behind a moment to end by itself', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('(sleep 0.3; echo tidied > tidied) & exit 0', 1);
    await attempt.run();
    expect(await attempt.read('tidied')).toBe('tidied\n');
  });

  it('ends its units when a task has removed the attempt’s folder', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 2);
    const runner = await attempt.spawn();
    await runningUnits(attempt, 2);
    await rm(attempt.folder, { recursive: true });
    expect((await runner.exited).exitCode).toBe(4);
    expect(attempt.processes()).toEqual([]);
  });
});

function childrenOf(pid: number) {
  const me = readProcess(pid);
  const children = [];
  for (let candidate = pid + 1; candidate < pid + 500; candidate += 1) {
    const seen = readProcess(candidate);
    if (seen !== null && seen.parentPid === me?.pid) {
      children.push(seen);
    }
  }
  return children;
}
