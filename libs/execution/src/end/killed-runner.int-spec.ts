import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isAlive, listProcesses, type ProcessSight } from '@fractal-server/hosts';
import { observeAttempt } from '../observe/observe-attempt.js';
import { AttemptUnderTest, PYTHON, UNIT_ENVIRONMENT, until } from '../test-attempt/attempt-under-test.js';
import { UNIT_RUNNER_PATH, type SpawnedRunner } from '../runner/spawn-runner.js';
import { endAttempt } from './end-attempt.js';

const KILLS = Number(process.env['FRACTAL_RUNNER_KILLS'] ?? 8);

/** Six processes a unit, in sessions of their own, without the token, deaf to SIGTERM, and with a parent that has ended. */
const WILD = `
  setsid sleep 600 & env -i setsid /bin/sleep 600 & (setsid sh -c 'trap "" TERM; sleep 600; sleep 600' &)
  trap '' TERM; sleep 600; sleep 600`;

/** Runs the unit runner, but for what is changed of it. Parameters: as for the unit runner, its own path first. */
const changedRunner = (change: string): string => `
import importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location('unit_runner', sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
${change}
sys.exit(program.main(sys.argv[1:]))
`;

/** The guardian is killed right after its fork. */
const KILLED_AT_FORK = changedRunner(`
fork = os.fork
def killed():
    if fork() != 0:
        os.kill(os.getpid(), 9)
    time.sleep(0.3)
    return 0
os.fork = killed
`);

/** No signal reaches what is left, such as processes that wait for a dead file server, until the file `server-is-back` is there. */
const STUCK_UNITS = changedRunner(`
program.HEARTBEAT_INTERVAL = 0.05
send = program.signal_process
program.signal_process = lambda pid, number: os.path.exists('server-is-back') and send(pid, number)
`);

/** What `ps -o comm` shows; empty when the process has ended meanwhile. */
async function commandName(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}

function runChanged(attempt: AttemptUnderTest, program: string): ChildProcess {
  const env = { ...UNIT_ENVIRONMENT, FRACTAL_ATTEMPT: attempt.token };
  return spawn(PYTHON, ['-I', '-S', '-B', '-c', program, UNIT_RUNNER_PATH, attempt.folder], { cwd: attempt.base, env, stdio: 'ignore' });
}

describe('an attempt whose runner was killed', () => {
  it('has no process left when its guardian ends, which takes no worker; it is lost', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask(WILD, 3);
    const guardian = await attempt.spawn();
    const family = await until('units and daemons run', async () => {
      const found = descendantsOf(guardian.pid);
      return found.length === 1 + 3 * 6 && found;
    });
    process.kill(await attempt.runnerPid(), 'SIGKILL');
    expect(await guardian.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(family.filter((seen) => isAlive(seen))).toEqual([]);
    expect(attempt.processes()).toEqual([]);
    expect(await attempt.observe()).toMatchObject({ state: 'lost', reason: 'runner died' });
    expect(await attempt.runnerLog()).toContain('the unit runner was ended by signal 9; its units are ended');
    expect((await attempt.results()).size).toBe(0);
  });

  it('lives on in its guardian, heartbeat and all, as long as a unit cannot be ended', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    const guardian = runChanged(attempt, STUCK_UNITS);
    const runner = await attempt.runnerPid();
    await until('a unit runs', async () => descendantsOf(runner).length === 1);
    process.kill(runner, 'SIGKILL');
    await until('the runner is dead', async () => !attempt.processes().includes(runner));
    const killedAt = Date.now();
    await until('heartbeats', async () => (await stat(join(attempt.folder, 'heartbeat'))).mtimeMs > killedAt + 200);
    expect(attempt.processes()).toHaveLength(2);
    const ended = once(guardian, 'exit');
    await writeFile(join(attempt.base, 'server-is-back'), '');
    await ended;
    expect(attempt.processes()).toEqual([]);
  });

  it('under a killed guardian ends its units in order, as if it had been asked to', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask(WILD, 3, 2);
    const guardian = await attempt.spawn();
    const runner = await attempt.runnerPid();
    const family = await until('units and daemons run', async () => {
      const found = descendantsOf(runner);
      return found.length === 2 * 6 && found;
    });
    process.kill(guardian.pid, 'SIGKILL');
    const sight = await until('it ended', async () => {
      const seen = await attempt.observe();
      return seen.state === 'ended' && seen;
    });
    expect(sight).toMatchObject({ marker: { reason: 'terminated', started: 2, finished: 2 } });
    expect(family.filter((seen) => isAlive(seen))).toEqual([]);
    await until('no process is left', async () => attempt.processes().length === 0);
  });

  it('starts nothing more under a guardian that was killed while it slept', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('echo ran >> ran', 3, 0);
    const guardian = await attempt.spawn();
    const runner = await attempt.runnerPid();
    process.kill(runner, 'SIGSTOP');
    process.kill(guardian.pid, 'SIGKILL');
    await guardian.exited;
    await attempt.setSlots(3);
    process.kill(runner, 'SIGCONT');
    await until('no process is left', async () => attempt.processes().length === 0);
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'terminated', started: 0 } });
  });

  it('does not take the claim under a guardian that was killed before the runner could be tied to it', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('echo ran >> ran', 3);
    await once(runChanged(attempt, KILLED_AT_FORK), 'exit');
    await until('no process is left', async () => attempt.processes().length === 0);
    expect(await attempt.observe()).toEqual({ state: 'unclaimed' });
  });

  it('together with its guardian is lost; ending it ends its units and daemons, and says so only when none is left', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('setsid sleep 600 & env -i /bin/sleep 600 & exec sleep 600', 3);
    const runner = await attempt.spawn();
    // Until `env` has run, a third process of a unit carries the token: eight may also be a moment between.
    await until('units and daemons run', async () => {
      const found = attempt.processes();
      return found.length === 8 && (await Promise.all(found.map(commandName))).filter((name) => name === 'sleep').length === 6;
    });
    await killBoth(attempt, runner);
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
    await killBoth(attempt, runner);
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
    await killBoth(attempt, runner);
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
      const victims = { runner: [childOf(runner.pid)?.pid], guardian: [runner.pid], both: [runner.pid, childOf(runner.pid)?.pid] };
      const victim = (['runner', 'guardian', 'both'] as const)[kill % 3] ?? 'runner';
      for (const pid of victims[victim]) if (pid !== undefined) trySignal(pid, 'SIGKILL');
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
        `${victim} killed after ${waitMs} ms`,
      ).toEqual({ startedTwice: 0, ranTwice: 0, ranUnannounced: false, resultWithoutStart: [], manyUnfinished: false, left: [] });
    }
  });
});

/** Guardian and runner at once: neither gets to do anything about the other one's death. */
async function killBoth(attempt: AttemptUnderTest, guardian: SpawnedRunner): Promise<void> {
  const runner = await attempt.runnerPid();
  process.kill(runner, 'SIGSTOP');
  process.kill(guardian.pid, 'SIGKILL');
  process.kill(runner, 'SIGKILL');
  await guardian.exited;
  await until('the runner is dead', async () => !attempt.processes().includes(runner));
}

function childOf(pid: number): ProcessSight | undefined {
  return listProcesses().find(({ parentPid }) => parentPid === pid);
}

function descendantsOf(pid: number): ProcessSight[] {
  const all = listProcesses();
  const found = all.filter(({ parentPid }) => parentPid === pid);
  for (const { pid: parent } of found) found.push(...all.filter(({ parentPid }) => parentPid === parent));
  return found;
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
