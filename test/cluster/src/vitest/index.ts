import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import { describe, inject } from 'vitest';
import { attachCluster, type Cluster } from '../cluster.js';
import { whyNoCluster } from '../packages/why-no-cluster.js';
import type { SharedClusterAnswer } from './shared-cluster-answer.js';

/**
 * A `describe` whose tests need SLURM. Where this machine cannot run it they are skipped, and the name says why. Await it at the top of a
 * test file: `await describeOnCluster('…', () => { … })`.
 */
export async function describeOnCluster(name: string, suite: () => void): Promise<void> {
  const why = await whyNoCluster();
  describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (skipped: ${why})`, () => {
    suite();
  });
}

/**
 * The cluster that all files of this test run share; the first who asks waits for its start, and it ends with the run. It has no accounting
 * and no shims. Make users of your own, and disturb nothing: who freezes, kills, drains or configures starts a cluster of their own.
 */
export async function sharedCluster(): Promise<Cluster> {
  const socket = connect(inject('clusterPort'), '127.0.0.1');
  try {
    for await (const line of createInterface(socket)) {
      const answer = JSON.parse(line) as SharedClusterAnswer;
      if ('error' in answer) throw new Error(answer.error);
      return attachCluster(answer.folder);
    }
    throw new Error('the test run has ended');
  } finally {
    socket.destroy();
  }
}
