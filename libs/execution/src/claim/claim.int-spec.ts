import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AttemptUnderTest } from '../test-attempt/attempt-under-test.js';
import { readClaim, revokeAttempt } from './claim.js';
import { ClaimUnreadable } from './owner.js';

/** 2,000 in the long form; each costs two Python starts. */
const RACES = Number(process.env['FRACTAL_CLAIM_RACES'] ?? 60);

describe('the claim', () => {
  it('is open until somebody takes it', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    expect(await readClaim(attempt.host, attempt.folder, attempt.calls)).toEqual({ kind: 'open' });
  });

  it('once revoked keeps every later runner from starting anything', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('touch ran', 1);
    expect(await revokeAttempt(attempt.host, attempt.folder, attempt.calls)).toEqual({ kind: 'revoked' });
    expect(await (await attempt.spawn()).exited).toEqual({ exitCode: 0, signal: null });
    expect(await attempt.started()).toEqual([]);
    expect(await revokeAttempt(attempt.host, attempt.folder, attempt.calls)).toEqual({ kind: 'revoked' });
    expect(await attempt.observe()).toEqual({ state: 'revoked' });
  });

  it('can be revoked before the folder was made', async () => {
    const attempt = await AttemptUnderTest.create();
    expect(await revokeAttempt(attempt.host, attempt.folder, attempt.calls)).toEqual({ kind: 'revoked' });
    await attempt.prepareTask('touch ran', 1);
    await (
      await attempt.spawn()
    ).exited;
    expect(await attempt.started()).toEqual([]);
  });

  it('names the runner that has it to whoever comes too late', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('sleep 600', 1, 0);
    await attempt.spawn();
    const { host, folder, calls } = attempt;
    const pid = await attempt.runnerPid();
    const second = await attempt.spawn();
    expect(await second.exited).toEqual({ exitCode: 0, signal: null });
    expect(await attempt.runnerLog()).toContain('the claim is taken');
    expect(await revokeAttempt(host, folder, calls)).toMatchObject({
      kind: 'owned',
      owner: { pid, token: attempt.token, place: attempt.here, slurmJobId: null },
    });
  });

  it(`is won by exactly one of two runners and a worker, in ${RACES} races`, async () => {
    const winners = { runner: 0, worker: 0 };
    for (let race = 0; race < RACES; race += 1) {
      const attempt = await AttemptUnderTest.create();
      await attempt.prepareTask('echo ran >> ran', 1);
      const spawned = [attempt.spawn(), attempt.spawn()];
      // Spread the worker over the time that a Python takes to start.
      const until = performance.now() + (race % 30) * 2;
      const runners = await Promise.all(spawned);
      while (performance.now() < until) await new Promise(setImmediate);
      const claim = await revokeAttempt(attempt.host, attempt.folder, attempt.calls);
      await Promise.all(runners.map((runner) => runner.exited));
      const ran = await readFile(join(attempt.base, 'ran'), 'utf8').catch(() => '');
      expect({ race, ran, results: (await attempt.results()).size }).toEqual(
        claim.kind === 'owned' ? { race, ran: 'ran\n', results: 1 } : { race, ran: '', results: 0 },
      );
      winners[claim.kind === 'owned' ? 'runner' : 'worker'] += 1;
    }
    expect(winners.runner + winners.worker).toBe(RACES);
    expect(Math.min(winners.runner, winners.worker), 'a race that one side always wins tests nothing').toBeGreaterThan(0);
  }, 600_000);

  it('that nobody of ours wrote is an error, not a conclusion', async () => {
    const attempt = await AttemptUnderTest.create();
    await mkdir(attempt.folder);
    const path = join(attempt.folder, 'claim');
    await writeFile(path, '{"pid": 1}');
    await expect(readClaim(attempt.host, attempt.folder, attempt.calls)).rejects.toThrow(ClaimUnreadable);
    await rm(path);
  });
});
