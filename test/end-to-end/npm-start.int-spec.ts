import { findFreePort, findRedisServer, isPortFree } from '@fractal-server/embedded';
import { waitFor } from '@fractal-server/test-support';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient } from './http-client.js';
import { processTree, stillAlive } from './process-table.js';
import { StartedCommand } from './started-command.js';
import { submitWaitingJob } from './waiting-job.js';

const EMAIL = 'someone@example.org';
const PASSWORD = 'secret-1234';
const READY_DEADLINE_MS = 150_000;
const STOP_DEADLINE_MS = 10_000;
const TEST_DEADLINE_MS = 400_000;

let home: string;
const commands: StartedCommand[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'npm-start-'));
});

afterEach(async () => {
  for (const command of commands.splice(0)) {
    command.kill('SIGTERM');
    await command.ended;
  }
  await rm(home, { recursive: true, force: true });
});

function npmStart(port: number, data: string, ...options: string[]): StartedCommand {
  const admin = ['--admin-email', EMAIL, '--admin-password', PASSWORD];
  const command = StartedCommand.start(['npm', 'start', '--', '--port', String(port), '--data', data, ...admin, ...options]);
  commands.push(command);
  return command;
}

async function ready(command: StartedCommand): Promise<string> {
  return command.waitForLine(/^ready (http:\/\/\S+)$/m, READY_DEADLINE_MS);
}

describe('npm start', () => {
  it.for(['redis', 'postgres'])(
    'ends in order when npm gets SIGTERM, leaves running units alone and finds them again (queue: %s)',
    { timeout: TEST_DEADLINE_MS },
    async (queue, { skip }) => {
      skip(queue === 'redis' && findRedisServer() === undefined, 'there is no redis-server here');
      const port = await findFreePort();
      const data = join(home, 'Jürgens Daten');
      const first = npmStart(port, data, '--queue', queue, '--api-processes', '2', '--workers', '2');
      const job = await submitWaitingJob(await HttpClient.logIn(await ready(first), EMAIL, PASSWORD), join(home, 'task'));
      await waitFor('the unit to start', () => job.starts() > 0, { deadlineMs: 30_000 });

      const before = processTree(first.pid);
      const asked = Date.now();
      first.kill('SIGTERM');
      await first.ended;
      const ours = before.filter(({ isOfAttempt }) => !isOfAttempt);
      await waitFor('the end of all processes but those of the unit', () => stillAlive(ours).length === 0, {
        deadlineMs: STOP_DEADLINE_MS,
      });
      expect(Date.now() - asked).toBeLessThan(STOP_DEADLINE_MS);
      expect(await isPortFree(port)).toBe(true);
      // The unit runner and the shell; what the shell waits with comes and goes.
      const unit = before.filter(({ isOfAttempt, commandLine }) => isOfAttempt && !commandLine.startsWith('sleep'));
      expect(unit.length).toBeGreaterThan(0);
      expect(stillAlive(unit)).toEqual(unit);

      const second = npmStart(port, data, '--queue', queue);
      const api = await HttpClient.logIn(await ready(second), EMAIL, PASSWORD);
      job.letUnitEnd();
      await waitFor('the job to end', async () => (await api.get<{ status: string }>(job.path)).status === 'done', { deadlineMs: 60_000 });
      expect(job.starts()).toBe(1);
    },
  );

  it('starts every kind of process again that was killed', { timeout: TEST_DEADLINE_MS }, async () => {
    const command = npmStart(await findFreePort(), join(home, 'data'));
    const address = await ready(command);
    const running = (program: string) => processTree(command.pid).filter(({ commandLine }) => commandLine.includes(program));
    const redis = findRedisServer() === undefined ? [] : ['redis-server'];
    for (const program of ['apps/api/dist/main.js', 'apps/worker/dist/main.js', 'bin/postgres -D', ...redis]) {
      const [victim] = running(program);
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      await waitFor(`another ${program}`, () => running(program).find(({ pid }) => pid !== victim?.pid), { deadlineMs: 30_000 });
    }
    await waitFor('a log-in', () => HttpClient.logIn(address, EMAIL, PASSWORD).catch(() => undefined), { deadlineMs: 30_000 });
  });

  it('says which step failed, why and what to do when the port is taken', { timeout: TEST_DEADLINE_MS }, async () => {
    const port = await findFreePort();
    await ready(npmStart(port, join(home, 'first')));
    const second = npmStart(port, join(home, 'second'));
    expect(await second.ended).toBe(1);
    expect(second.text).toMatch(/cannot listen for requests\n\s+why:\s+port \d+ of 127\.0\.0\.1 is taken\.\n\s+do:.*--port/);
  });

  it('refuses a state folder on which it runs already', { timeout: TEST_DEADLINE_MS }, async () => {
    await ready(npmStart(await findFreePort(), join(home, 'data')));
    const second = npmStart(await findFreePort(), join(home, 'data'));
    expect(await second.ended).toBe(1);
    expect(second.text).toContain('cannot use the state folder');
  });
});
