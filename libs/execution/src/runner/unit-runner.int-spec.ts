import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AttemptUnderTest, taskUnit, until } from '../test-attempt/attempt-under-test.js';

describe('the unit runner', () => {
  it('runs every unit once and writes down what became of it', async () => {
    const attempt = await AttemptUnderTest.create();
    const script = `
      case "$2" in
        *0.json|*0-args.json) printf '{"image_list_updates": [{"zarr_url": "/ü"}]}' > "$4" ;;
        *1-args.json) echo 'a WaRnInG'; echo oops >&2; exit 3 ;;
        *2-args.json) kill -KILL $$ ;;
      esac`;
    await attempt.prepareTask(script, 4);
    const results = await attempt.run();
    expect([...results.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(results.get(0)).toMatchObject({
      exitCode: 0,
      signal: null,
      startError: null,
      hasWarnings: false,
      output: { kind: 'inline', text: '{"image_list_updates": [{"zarr_url": "/ü"}]}' },
      logTail: null,
    });
    expect(results.get(1)).toMatchObject({
      exitCode: 3,
      hasWarnings: true,
      logTail: 'a WaRnInG\noops\n',
      logBytes: 15,
      output: { kind: 'absent' },
    });
    expect(results.get(2)).toMatchObject({ exitCode: null, signal: 9, stopped: false });
    expect(results.get(3)).toMatchObject({ exitCode: 0, output: { kind: 'absent' }, logBytes: 0 });
    expect((await attempt.started()).length).toBe(4);
    expect(await attempt.observe()).toMatchObject({
      state: 'ended',
      marker: { reason: 'completed', lines: 8, started: 4, finished: 4, token: attempt.token },
    });
  });

  it('writes argument files as given, and names files as the contract does', async () => {
    const attempt = await AttemptUnderTest.create();
    const args = '{"zarr_urls": ["/ü", "\\u0000"], "x": 1.0}';
    await attempt.prepareTask('echo "$@"; cp "$2" "$4"', [{ index: 7, stem: 'non_par-', args }]);
    const results = await attempt.run();
    expect(results.get(7)?.output).toEqual({ kind: 'inline', text: args });
    const name = (suffix: string) => join(attempt.taskFolder, `non_par--${suffix}`);
    expect(await readFile(name('log.txt'), 'utf8')).toBe(`--args-json ${name('args.json')} --out-json ${name('metadiff.json')}\n`);
    expect(await attempt.taskFiles()).toEqual(['non_par--args.json', 'non_par--log.txt', 'non_par--metadiff.json']);
  });

  it('leaves long or broken output in its file', async () => {
    const attempt = await AttemptUnderTest.create();
    const script = `case "$2" in *0-args.json) head -c 20000 /dev/zero > "$4" ;; *) printf '\\377' > "$4" ;; esac`;
    await attempt.prepareTask(script, 2);
    const results = await attempt.run();
    expect(results.get(0)?.output).toEqual({ kind: 'file' });
    expect(results.get(1)?.output).toEqual({ kind: 'file' });
  });

  it('measures wall time, CPU time and memory of a unit', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.2', 1);
    const result = (await attempt.run()).get(0);
    expect(result?.wallSeconds).toBeGreaterThan(0.2);
    expect(result?.cpuSeconds).toBeGreaterThan(0.005);
    expect(result?.cpuSeconds).toBeLessThan(result?.wallSeconds ?? 0);
    expect(result?.peakMemoryKiB).toBeGreaterThan(500);
  });

  it('ends when its slots were taken away while the last unit ran', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('sleep 1', 1, 1);
    const running = attempt.run();
    await until('the unit started', async () => (await attempt.started()).length === 1);
    await attempt.setSlots(0);
    expect((await running).size).toBe(1);
    expect(await attempt.observe()).toMatchObject({ state: 'ended', marker: { reason: 'completed' } });
  });

  it('runs as many units at once as `slots` says, follows it to 0 and back', async () => {
    const attempt = await AttemptUnderTest.create();
    const script = `mkdir -p running; mkdir running/$$; ls running | wc -l >> counts; sleep 0.1; rmdir running/$$`;
    await attempt.prepareTask(script, 24, 3);
    const runner = await attempt.spawn();
    await until('six units ended', async () => (await attempt.results()).size >= 6);
    await attempt.setSlots(0);
    const atZero = await until('no unit runs', async () => {
      const [started, results] = [await attempt.started(), await attempt.results()];
      return started.length === results.size && started.length;
    });
    await sleep(600);
    expect((await attempt.started()).length).toBeLessThanOrEqual(atZero + 3);
    expect((await attempt.observe()).state).toBe('running');
    await attempt.setSlots(1);
    await runner.exited;
    const counts = (await attempt.read('counts')).trim().split('\n').map(Number);
    expect(counts.length).toBe(24);
    expect(Math.max(...counts)).toBe(3);
    expect(counts.slice(-5)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each([
    ['a missing program', ['/nowhere/program', 'x'], /No such file or directory/],
    ['a word that is not in PATH', ['no-such-program-here'], /not found in PATH/],
    ['a file that is not executable', ['/etc/passwd'], /Permission denied/],
    ['a NUL in an argument', ['/bin/echo', 'a\0b'], /null byte/],
  ])('fails a unit whose command cannot be started: %s', async (_what, argv, reason) => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareCommand(argv);
    const result = (await attempt.run()).get(0);
    expect(result).toMatchObject({ exitCode: null, signal: null, output: { kind: 'absent' } });
    expect(result?.startError).toMatch(reason);
    expect(result?.startError).toContain('make sure that it is executable');
    expect(await attempt.read('0_task/log.txt')).toContain('make sure that it is executable');
  });

  it('fails a unit whose folder is gone, and runs the others', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('rm -rf "$(dirname "$2")"', 2, 1);
    const results = await attempt.run();
    expect(results.get(0)).toMatchObject({ exitCode: 0 });
    expect(results.get(1)?.startError).toMatch(/No such file or directory/);
  });

  it('moves log and metadiff of earlier attempts aside', async () => {
    const attempt = await AttemptUnderTest.create();
    const stem = join(attempt.taskFolder, 'par-000000-0000000');
    await writeFile(`${stem}-log.txt`, 'second log');
    await writeFile(`${stem}-log.attempt1.txt`, 'first log');
    await writeFile(`${stem}-metadiff.json`, 'old output');
    await attempt.prepareTask('test ! -e "$4" && echo new', 1);
    expect((await attempt.run()).get(0)).toMatchObject({ exitCode: 0, output: { kind: 'absent' } });
    expect(await readFile(`${stem}-log.txt`, 'utf8')).toBe('new\n');
    expect(await readFile(`${stem}-log.attempt1.txt`, 'utf8')).toBe('first log');
    expect(await readFile(`${stem}-log.attempt2.txt`, 'utf8')).toBe('second log');
    expect(await readFile(`${stem}-metadiff.attempt1.txt`, 'utf8')).toBe('old output');
  });

  it('gives a unit its own folder and variables on top of the batch’s', async () => {
    const attempt = await AttemptUnderTest.create();
    const workingFolder = join(attempt.base, 'elsewhere');
    await mkdir(workingFolder);
    const environment = { PIP_INDEX_URL: 'u', FRACTAL_ATTEMPT: 'forged' };
    const outPath = join(attempt.base, 'out');
    await attempt.prepareCommand(['sh', '-c', 'pwd; echo $PIP_INDEX_URL $FRACTAL_ATTEMPT $HOME; echo o > ../out'], {
      workingFolder,
      environment,
      outPath,
    });
    expect((await attempt.run()).get(0)).toMatchObject({ exitCode: 0, output: { kind: 'inline', text: 'o\n' } });
    expect(await attempt.read('0_task/log.txt')).toBe(`${workingFolder}\nu ${attempt.token} /root\n`);
  });

  it('works below a long path with spaces and umlauts', async () => {
    const outer = await AttemptUnderTest.create();
    const deep = join(outer.base, 'a path with späces', 'ü'.repeat(60), 'x'.repeat(120));
    await mkdir(deep, { recursive: true });
    const attempt = await AttemptUnderTest.create(deep);
    await attempt.prepareTask('printf "%s" "$PWD" > "$4"; echo 日本', [taskUnit(0), { index: 1, stem: 'par-ü-0000001', args: '{}' }]);
    const results = await attempt.run();
    expect(results.get(0)?.output).toEqual({ kind: 'inline', text: attempt.base });
    expect(results.get(1)).toMatchObject({ exitCode: 0, logBytes: 7 });
  });

  it('survives 100 MB of output and finds the warning in it', async () => {
    const attempt = await AttemptUnderTest.create();
    const script = 'head -c 52428700 /dev/zero >&2; echo Warning >&2; head -c 52428800 /dev/zero; echo the end; exit 1';
    await attempt.prepareTask(script, 1);
    const result = (await attempt.run()).get(0);
    expect(result).toMatchObject({ exitCode: 1, hasWarnings: true, logBytes: 52428700 + 8 + 52428800 + 8 });
    expect(result?.logTail?.length).toBe(4096);
    expect(result?.logTail?.endsWith('the end\n')).toBe(true);
  });

  it('refuses a spec that it cannot read, without taking the claim', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    await writeFile(join(attempt.folder, 'spec'), '{"version": 99}\n');
    expect(await (await attempt.spawn()).exited).toEqual({ exitCode: 2, signal: null });
    expect(await attempt.observe()).toEqual({ state: 'unclaimed' });
    expect(await attempt.runnerLog()).toContain('cannot read the spec');
  });
});
