import { watch, type WatchListener } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { watchAttempt, type AttemptNews } from './watch-attempt.js';

// As it is, but its listeners can be counted.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, watch: vi.fn(fs.watch) };
});

/** All news so far, each with the time when it came. */
function collect() {
  const news: { what: AttemptNews; at: number }[] = [];
  return { news, onNews: (what: AttemptNews) => void news.push({ what, at: Date.now() }), whats: () => news.map(({ what }) => what) };
}

describe('a watch on an attempt', () => {
  it('tells of progress and of the end within tens of milliseconds', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('sleep 0.5; date +%s%3N > "$4"', 1);
    const { news, onNews, whats } = collect();
    // Looks are so rare that only notifications can be in time.
    watchAttempt(attempt.folder, { onNews, lookMs: 60_000 });
    await attempt.spawn();
    await until('the end is told', async () => whats().includes('ended'));
    const output = (await attempt.results()).get(0)?.output;
    const unitEndedAt = output?.kind === 'inline' ? Number(output.text) : NaN;
    expect(whats()[0]).toBe('progress');
    expect(whats().at(-1)).toBe('ended');
    expect((news.at(-1)?.at ?? Infinity) - unitEndedAt).toBeLessThan(200);
  });

  it('tells of many short units a few times only', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 300);
    const { onNews, whats } = collect();
    const begin = Date.now();
    watchAttempt(attempt.folder, { onNews, throttleMs: 50 });
    await attempt.spawn();
    await until('the end is told', async () => whats().includes('ended'));
    expect(whats().length).toBeLessThan((Date.now() - begin) / 50 + 6);
    expect(whats().filter((what) => what === 'ended')).toEqual(['ended']);
  });

  it('is not woken by each of many short units', async () => {
    const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
    let wakes = 0;
    vi.mocked(watch).mockImplementation(((folder: string, options: object, listener: WatchListener<string>) =>
      fs.watch(folder, options, (event, name) => {
        if (name === 'results') wakes += 1;
        listener(event, name);
      })) as typeof watch);
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 300);
    const { onNews, whats } = collect();
    watchAttempt(attempt.folder, { onNews });
    await attempt.spawn();
    await until('the end is told', async () => whats().includes('ended'));
    vi.mocked(watch).mockImplementation(fs.watch);
    expect(wakes).toBeGreaterThan(0);
    expect(wakes).toBeLessThan(150);
  });

  it('tells of an end that came before the watch', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    await attempt.run();
    const { onNews, whats } = collect();
    watchAttempt(attempt.folder, { onNews, lookMs: 60_000 });
    await until('the end is told', async () => whats().includes('ended'));
    expect(whats()).toEqual(['progress', 'ended']);
  });

  it('tells of the death of a runner', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    await attempt.spawn();
    const sight = await until('the runner has the claim', async () => {
      const seen = await attempt.observe();
      return seen.state === 'running' && seen;
    });
    const { onNews, whats } = collect();
    watchAttempt(attempt.folder, { onNews, runner: sight.owner, lookMs: 100 });
    process.kill(sight.owner.pid, 'SIGKILL');
    await until('the death is told', async () => whats().includes('died'));
    await sleep(300);
    expect(whats().filter((what) => what === 'died')).toEqual(['died']);
  });

  it('relies on looks where the folder cannot be watched yet', async () => {
    const attempt = await AttemptUnderTest.create();
    const { onNews, whats } = collect();
    watchAttempt(attempt.folder, { onNews, lookMs: 50 });
    await attempt.prepareTask('true', 1);
    await attempt.run();
    await until('the end is told', async () => whats().includes('ended'));
  });

  it('tells nothing after it was closed or aborted', async () => {
    const attempt = await AttemptUnderTest.create();
    await mkdir(attempt.folder);
    const { onNews, whats } = collect();
    const abort = new AbortController();
    watchAttempt(attempt.folder, { onNews, lookMs: 20, signal: abort.signal });
    const closed = watchAttempt(attempt.folder, { onNews, lookMs: 20 });
    watchAttempt(attempt.folder, { onNews, lookMs: 20, signal: AbortSignal.abort() });
    closed.close();
    abort.abort();
    await attempt.prepareTask('true', 1);
    await attempt.run();
    await sleep(150);
    expect(whats()).toEqual([]);
  });

  it('outlives the removal of the folder', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('true', 1);
    const { onNews, whats } = collect();
    const watch = watchAttempt(attempt.folder, { onNews, lookMs: 50 });
    await rm(attempt.folder, { recursive: true });
    await attempt.prepareTask('true', 1);
    await attempt.run();
    await until('the end is told', async () => whats().includes('ended'));
    watch.close();
  });

  it('costs next to nothing while nothing happens', async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('exec sleep 600', 1);
    await attempt.spawn();
    await until('a unit runs', async () => (await attempt.started()).length === 1);
    const watches = Array.from({ length: 20 }, () => watchAttempt(attempt.folder, { onNews: () => undefined }));
    await sleep(100);
    const before = process.cpuUsage();
    await sleep(2_000);
    const { user, system } = process.cpuUsage(before);
    watches.forEach((watch) => watch.close());
    // Of 2 s, for 20 watches: 1 % of a core would be 20 ms; vitest itself needs some.
    expect((user + system) / 1_000).toBeLessThan(100);
  });
});
