import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Libraries are tested from their sources, never from a build that may be stale. */
const conditions = ['@fractal-server/source', 'node'];
const ssr = { resolve: { conditions, externalConditions: conditions } };

export default defineConfig({
  resolve: { conditions },
  ssr,
  test: {
    // Tests of processes mostly wait: two files at a time also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: [
      {
        resolve: { conditions },
        ssr,
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts', 'test/*/src/**/*.spec.ts'],
          isolate: false,
        },
      },
      {
        resolve: { conditions },
        ssr,
        test: {
          name: 'integration',
          include: ['libs/*/src/**/*.int-spec.ts', 'apps/*/src/**/*.int-spec.ts', 'test/**/*.int-spec.ts'],
          globalSetup: ['./test/support/global-setup.ts', './test/cluster/src/vitest/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
