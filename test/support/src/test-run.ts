/** What the global set-up hands to every test file. */
export interface TestRun {
  readonly postgres: { readonly host: string; readonly port: number; readonly user: string; readonly password: string };
  /** A migrated database that nobody is connected to, to be cloned. */
  readonly templateDatabase: string;
  /** Folder of this test run; removed at its end. */
  readonly folder: string;
}

/** Databases of test files are called so; what is left of them at the end is a leak. */
export const TEST_DATABASE_PREFIX = 'test_';

declare module 'vitest' {
  interface ProvidedContext {
    testRun: TestRun;
  }
}
