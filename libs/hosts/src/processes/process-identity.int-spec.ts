import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, listProcesses, readProcess, readProcessEnvironment, signalProcess } from './process-identity.js';

async function start(script: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', script], { env: { PATH: '/usr/bin:/bin', MARK: 'here' }, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

describe('process identity', () => {
  it('sees a living process, its environment and its place in the list', async () => {
    const { pid = 0 } = await start('sleep 600; true');
    const seen = readProcess(pid);
    expect(seen).toMatchObject({ pid, parentPid: process.pid });
    expect(isAlive({ pid, startTime: seen?.startTime ?? 0 })).toBe(true);
    await vi.waitFor(() => expect(readProcessEnvironment(pid)).toContain('MARK=here'));
    expect(listProcesses().map((process) => process.pid)).toContain(pid);
  });

  it('takes another process under the same pid for dead, and does not signal it', async () => {
    const child = await start('sleep 600; true');
    const { pid = 0 } = child;
    const other = { pid, startTime: (readProcess(pid)?.startTime ?? 0) - 1 };
    expect(isAlive(other)).toBe(false);
    expect(signalProcess(other, 'SIGKILL')).toBe(false);
    expect(child.exitCode).toBeNull();
  });

  it('takes a zombie for dead', async () => {
    // The shell's background child ends, and the shell, replaced by sleep, never waits for it.
    const { pid = 0 } = await start('true & exec sleep 600');
    await vi.waitFor(() => expect(zombieOf(pid)).toBeDefined(), { timeout: 5_000 });
    const zombie = zombieOf(pid);
    expect(zombie === undefined ? true : isAlive(zombie)).toBe(false);
  });

  it('signals exactly the process that is meant', async () => {
    const child = await start('exec sleep 600');
    const { pid = 0 } = child;
    const identity = { pid, startTime: readProcess(pid)?.startTime ?? 0 };
    const exited = once(child, 'exit');
    expect(signalProcess(identity, 'SIGTERM')).toBe(true);
    await exited;
    expect(signalProcess(identity, 'SIGTERM')).toBe(false);
  });
});

/** A dead child of the process that nobody has waited for. */
function zombieOf(parentPid: number) {
  for (let pid = parentPid + 1; pid < parentPid + 200; pid += 1) {
    const seen = readProcess(pid);
    if (seen?.parentPid === parentPid && seen.state === 'Z') {
      return seen;
    }
  }
  return undefined;
}
