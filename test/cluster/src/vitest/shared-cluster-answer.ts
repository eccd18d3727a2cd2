/** What the test run answers to a file that wants the shared cluster; one line of JSON. */
export type SharedClusterAnswer = { readonly folder: string } | { readonly error: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** Port on which the main process of the test run answers with a {@link SharedClusterAnswer}. */
    clusterPort: number;
  }
}
