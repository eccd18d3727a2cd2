import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds between two looks at the memory. */
const LOOK_EVERY_MS = 10_000;
/** Below this nothing is collected for its own sake: a collection costs about 0.1 s, and a process that has done nothing large stays below. */
const ENOUGH_TO_LOOK_BYTES = 220 * 2 ** 20;
/** A process that was busy for a smaller share of the time since the last look is idle. */
const IDLE_SHARE = 0.2;

/**
 * Keeps this process small between large requests and steps.
 *
 * The heap may at most double between two collections; without a bound it grows fourfold (a merge of 100,000 images then needs 510 MB instead of
 * 320). And since V8 collects when something is allocated, a process that has nothing to do would keep what its last large step needed: when it is
 * idle and larger than it was after its last collection, it collects.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--heap-growing-percent=100');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let utilization = performance.eventLoopUtilization();
  let smallest = 0;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization: share } = performance.eventLoopUtilization(now, utilization);
    utilization = now;
    const resident = process.memoryUsage.rss();
    if (share > IDLE_SHARE || resident < Math.max(ENOUGH_TO_LOOK_BYTES, smallest * 1.2)) return;
    collect();
    smallest = process.memoryUsage.rss();
  }, LOOK_EVERY_MS).unref();
}
