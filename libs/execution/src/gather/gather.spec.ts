import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostCallAborted, HostCallTimedOut, type CallOptions } from '@fractal-server/hosts';
import { Gather, type Outcome } from './gather.js';

/** A host whose calls end when the test says so. */
class SlowHost {
  readonly calls: { items: readonly number[]; options: CallOptions; answer: (outcomes: readonly Outcome<string>[] | Error) => void }[] = [];

  readonly work = (items: readonly number[], options: CallOptions) =>
    new Promise<readonly Outcome<string>[]>((resolve, reject) => {
      const answer = (outcomes: readonly Outcome<string>[] | Error) => (outcomes instanceof Error ? reject(outcomes) : resolve(outcomes));
      this.calls.push({ items, options, answer });
    });

  get items(): (readonly number[])[] {
    return this.calls.map(({ items }) => items);
  }

  /** Answer a call with its items as texts. */
  async answer(call: number): Promise<void> {
    const { items, answer } = this.calls[call] ?? { items: [], answer: () => undefined };
    answer(items.map((item) => ({ ok: true, value: `answer ${item}` })));
    await vi.advanceTimersByTimeAsync(0);
  }
}

const calls = { deadlineMs: 5_000 };

function aGather(maxItems = 100) {
  const host = new SlowHost();
  return { host, gather: new Gather(host.work, { name: 'ask', maxItems }) };
}

describe('Gather', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('makes one call of items that come at about the same time', async () => {
    const { host, gather } = aGather();
    const answers = Promise.all([1, 2, 3].map((item) => gather.run(item, calls)));
    await vi.advanceTimersByTimeAsync(10);
    expect(host.items).toEqual([[1, 2, 3]]);
    await host.answer(0);
    expect(await answers).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  it('collects what comes while a call is under way, and calls again at once when it ends', async () => {
    const { host, gather } = aGather();
    const first = gather.run(1, calls);
    await vi.advanceTimersByTimeAsync(10);
    const others = [gather.run(2, calls), gather.run(3, calls)];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.items).toEqual([[1]]);
    await host.answer(0);
    expect(host.items).toEqual([[1], [2, 3]]);
    await host.answer(1);
    expect(await Promise.all([first, ...others])).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  it('keeps calls within their size', async () => {
    const { host, gather } = aGather(2);
    const answers = Promise.all([1, 2, 3, 4, 5].map((item) => gather.run(item, calls)));
    await vi.advanceTimersByTimeAsync(10);
    for (const call of [0, 1, 2]) await host.answer(call);
    expect(host.items).toEqual([[1, 2], [3, 4], [5]]);
    expect((await answers).length).toBe(5);
  });

  it('tells each item what became of it alone', async () => {
    const { host, gather } = aGather();
    const answers = Promise.allSettled([gather.run(1, calls), gather.run(2, calls)]);
    await vi.advanceTimersByTimeAsync(10);
    host.calls[0]?.answer([
      { ok: false, error: new Error('not this one') },
      { ok: true, value: 'fine' },
    ]);
    expect(await answers).toMatchObject([
      { status: 'rejected', reason: { message: 'not this one' } },
      { status: 'fulfilled', value: 'fine' },
    ]);
  });

  it('tells all items what the call threw, and goes on with the next call', async () => {
    const { host, gather } = aGather();
    const answers = Promise.allSettled([gather.run(1, calls), gather.run(2, calls)]);
    await vi.advanceTimersByTimeAsync(10);
    host.calls[0]?.answer(new Error('no connection'));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = gather.run(3, calls);
    await vi.advanceTimersByTimeAsync(10);
    await host.answer(1);
    expect(await next).toBe('answer 3');
  });

  it('lets an item leave that is given up while it waits or while its call runs; the others go on', async () => {
    const { host, gather } = aGather();
    const [inCall, waiting] = [new AbortController(), new AbortController()];
    const outcomes = [gather.run(1, { ...calls, signal: inCall.signal }), gather.run(2, calls)];
    await vi.advanceTimersByTimeAsync(10);
    outcomes.push(gather.run(3, { ...calls, signal: waiting.signal }), gather.run(4, calls));
    const settled = Promise.allSettled(outcomes);
    inCall.abort(new Error('lease lost'));
    waiting.abort(new Error('lease lost'));
    expect(host.calls[0]?.options.signal?.aborted).toBe(false);
    await host.answer(0);
    await host.answer(1);
    expect(host.items).toEqual([[1, 2], [4]]);
    const [first, second, third, fourth] = await settled;
    expect([first, third]).toMatchObject([{ reason: expect.any(HostCallAborted) }, { reason: expect.any(HostCallAborted) }]);
    expect([second, fourth]).toMatchObject([{ value: 'answer 2' }, { value: 'answer 4' }]);
  });

  it('ends a call that nobody waits for any more', async () => {
    const { host, gather } = aGather();
    const { signal, abort } = withAbort();
    const settled = Promise.allSettled([gather.run(1, { ...calls, signal }), gather.run(2, { deadlineMs: 50 })]);
    await vi.advanceTimersByTimeAsync(10);
    abort();
    expect(host.calls[0]?.options.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(50);
    expect(host.calls[0]?.options.signal?.aborted).toBe(true);
    expect(await settled).toMatchObject([{ reason: expect.any(HostCallAborted) }, { reason: expect.any(HostCallTimedOut) }]);
  });

  it('counts the deadline from when the item came, and gives the call the latest one', async () => {
    const { host, gather } = aGather();
    const settled = Promise.allSettled([gather.run(1, { deadlineMs: 100 }), gather.run(2, { deadlineMs: 1_000 })]);
    await vi.advanceTimersByTimeAsync(10);
    expect(host.calls[0]?.options.deadlineMs).toBeLessThanOrEqual(990);
    expect(host.calls[0]?.options.deadlineMs).toBeGreaterThan(900);
    await vi.advanceTimersByTimeAsync(200);
    await host.answer(0);
    expect(await settled).toMatchObject([{ reason: expect.any(HostCallTimedOut) }, { value: 'answer 2' }]);
  });

  it('asks nothing for an item that is given up before it begins', async () => {
    const { host, gather } = aGather();
    await expect(gather.run(1, { ...calls, signal: AbortSignal.abort() })).rejects.toThrow(HostCallAborted);
    await vi.advanceTimersByTimeAsync(10);
    expect(host.calls).toEqual([]);
  });
});

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error('given up')) };
}
