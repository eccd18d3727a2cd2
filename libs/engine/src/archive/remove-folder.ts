import type { Lease } from '@fractal-server/database';
import { runChecked } from '@fractal-server/hosts';
import type { EngineContext } from '../engine-context.js';

/** Tens of thousands of files on a network file system take minutes. The lease is renewed meanwhile. */
const DEADLINE_MS = 600_000;

/** Removes a folder with all that is in it, tens of thousands of files as a rule: `rm` does that at a tenth of our own cost. Nothing there is fine. */
export async function removeFolder({ host }: EngineContext, lease: Lease, path: string): Promise<void> {
  await runChecked(host, ['rm', '-rf', '--', path], { ...(await lease.beforeEffect()), deadlineMs: DEADLINE_MS });
}
