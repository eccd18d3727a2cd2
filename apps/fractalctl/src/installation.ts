import { fileURLToPath } from 'node:url';

const inCheckout = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Where the parts of this installation are. */
export const installation = {
  root: inCheckout(''),
  apiMain: inCheckout('apps/api/dist/main.js'),
  workerMain: inCheckout('apps/worker/dist/main.js'),
  demo: inCheckout('demo'),
  /** State folder where no other is named. */
  defaultStateFolder: inCheckout('.fractal'),
} as const;
