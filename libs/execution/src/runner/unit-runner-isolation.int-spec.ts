import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanEnvironment, readProcess } from '@fractal-server/hosts';
import { AttemptUnderTest, PYTHON, until } from '../test-attempt/attempt-under-test.js';

const SECRETS = ['JWT_SECRET_KEY', 'POSTGRES_PASSWORD', 'OAUTH_CLIENT_SECRET'];

describe('what a unit gets from the server', () => {
  beforeEach(() => {
    SECRETS.forEach((name) => vi.stubEnv(name, 'planted-secret'));
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is a clean environment: no secret in the unit, nor in /proc of unit or runner', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('env > "$4"; exec sleep 600', 1);
    const runner = await attempt.spawn(PYTHON, cleanEnvironment(process.env));
    const metadiff = join(attempt.taskFolder, 'par-000000-0000000-metadiff.json');
    const seen = await until('the unit wrote its environment', async () => (await readFile(metadiff, 'utf8').catch(() => '')) || null);
    expect(variableNames(seen)).toEqual(['FRACTAL_ATTEMPT', 'HOME', 'LANG', 'PATH', 'PWD', 'USER']);
    const processes = attempt.processes();
    expect(processes).toEqual(expect.arrayContaining([runner.pid, await attempt.runnerPid()]));
    expect(processes.length).toBe(3);
    for (const pid of processes) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('planted-secret');
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain(`FRACTAL_ATTEMPT=${attempt.token}`);
    }
  });

  it('is no open file but an empty stdin and its log, and no ignored or blocked signal', async () => {
    const attempt = await AttemptUnderTest.create();
    const script =
      'ls -l /proc/self/fd | sed -n "s/.* \\([0-9]*\\) -> /\\1 /p"; sed -En "s/^(Sig(Blk|Ign)).*(.{7})/\\1 \\3/p" /proc/self/status';
    await attempt.prepareTask(script, 3, 3);
    await attempt.run();
    for (const index of [0, 1, 2]) {
      const name = join(attempt.taskFolder, `par-000000-000000${index}-log.txt`);
      const lines = (await readFile(name, 'utf8')).trim().split('\n');
      // stdout of `ls` is the pipe to `sed`; its fourth file is the folder that it lists;
      // signals from 29 on (real-time ones of the C library among them) are left out
      expect(lines.filter((line) => !/^1 pipe:|^3 \/proc\//.test(line))).toEqual([
        '0 /dev/null',
        `2 ${name}`,
        'SigBlk 0000000',
        'SigIgn 0000000',
      ]);
    }
  });

  it('is a process group of its own in the session of the runner', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 2, 2);
    const guardian = await attempt.spawn();
    const runner = await attempt.runnerPid();
    const units = await until('two units run', async () => {
      const pids = attempt.processes().filter((pid) => pid !== runner && pid !== guardian.pid);
      return pids.length === 2 && pids.map((pid) => readProcess(pid));
    });
    for (const unit of units) {
      expect(unit).toMatchObject({ processGroup: unit?.pid, session: runner, parentPid: runner });
    }
    expect(readProcess(runner)).toMatchObject({ session: runner, parentPid: guardian.pid });
  });

  it('leaves no file open in the runner after hundreds of units', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('test -e /proc/$PPID/fd && ls /proc/$PPID/fd | wc -l > "$4"', 200, 2);
    const results = await attempt.run();
    const counts = [...results.values()].map(({ output }) => (output.kind === 'inline' ? Number(output.text) : NaN));
    expect(Math.max(...counts)).toBeLessThan(16);
  });
});

function variableNames(environment: string): string[] {
  return environment
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf('=')))
    .filter((name) => name !== '_' && name !== 'OLDPWD')
    .sort();
}
