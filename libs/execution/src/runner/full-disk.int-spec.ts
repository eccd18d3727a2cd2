import { statfsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { SmallDisk } from '../test-attempt/small-disk.js';

const disk = new SmallDisk();

/** An attempt on a disk of 1 MiB, which is unmounted after the attempt was removed. */
async function attemptOnSmallDisk(): Promise<AttemptUnderTest> {
  disk.mount();
  return await AttemptUnderTest.create(disk.path);
}

describe.skipIf(!disk.mayMount)('on a full disk, the unit runner (needs the right to mount a tmpfs)', () => {
  it('starts no unit where there is no room, and says why', async () => {
    const attempt = await attemptOnSmallDisk();
    await attempt.prepareTask('true', 10);
    disk.fill('filler', 40 * 1024);
    await (
      await attempt.spawn()
    ).exited;
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'disk full', started: 0, finished: 0 } });
    expect(await attempt.runnerLog().catch(() => '')).toContain('disk full');
  });

  it('keeps the results of units that ended before, and blames the disk for one that it made fail', async () => {
    const attempt = await attemptOnSmallDisk();
    const script = `case "$2" in *5-args.json) cat /dev/zero > filler; exit 1 ;; esac; printf '{}' > "$4"`;
    await attempt.prepareTask(script, 20, 1);
    await (
      await attempt.spawn()
    ).exited;
    const results = await attempt.results();
    expect(results.size).toBe(6);
    expect(results.get(4)).toMatchObject({ exitCode: 0, diskFull: false, output: { kind: 'inline', text: '{}' } });
    expect(results.get(5)).toMatchObject({ exitCode: 1, diskFull: true });
    expect(await attempt.observe()).toMatchObject({ marker: { reason: 'disk full', started: 6, finished: 6, lines: 12 } });
  });

  it('has room for the results of units that run when the disk becomes full', async () => {
    const attempt = await attemptOnSmallDisk();
    await attempt.prepareTask('while [ ! -e go ]; do sleep 0.02; done', 40, 16);
    await attempt.spawn();
    await until('sixteen units wait', async () => (await attempt.started()).length === 16);
    disk.fill('filler', 0);
    writeFileSync(join(attempt.base, 'go'), '');
    const sight = await until('the attempt ended', async () => {
      const seen = await attempt.observe();
      return seen.state === 'ended' && seen;
    });
    expect(sight.marker).toMatchObject({ reason: 'disk full', started: 16, finished: 16 });
    expect((await attempt.results()).size).toBe(16);
  });

  it('holds results until there is room again', async () => {
    const attempt = await attemptOnSmallDisk();
    // A page of `results` has room for the line of the start and not for the result; the reserve is gone, as if another writer had been faster.
    await attempt.prepareTask('rm ../attempt-*/attempt/reserve; cat /dev/zero > filler; exit 1', 3, 1);
    writeFileSync(join(attempt.folder, 'results'), 'x'.repeat(4096 - 30));
    const runner = await attempt.spawn();
    await until('the disk is full', async () => statfsSync(disk.path).bavail === 0);
    await until('the unit ended', async () => attempt.processes().length === 2);
    expect((await attempt.observe()).state).toBe('running');
    await rm(join(attempt.base, 'filler'));
    await runner.exited;
    expect((await attempt.results()).get(0)).toMatchObject({ exitCode: 1, diskFull: true });
    expect(await attempt.observe()).toMatchObject({ marker: { reason: 'disk full', started: 1, finished: 1 } });
  });
});

afterAll(() => disk.remove());
