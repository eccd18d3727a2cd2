import { it } from 'vitest';

/** Whether what takes long by its nature is tested too (docs/engine.md). */
export const isLong = process.env['FRACTAL_TEST_LONG'] !== undefined;

/** A test that takes long by its nature. `npm run test:chaos` finds it by the end of its name. */
export function longTest(name: string, test: () => Promise<void>, timeoutMs: number): void {
  it.runIf(isLong)(`${name} (long)`, test, timeoutMs);
}
