import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchWorkflow, NO_OP } from './jobs/bench-workflow.js';
import { SlurmSite, type Way } from './slurm/slurm-site.js';

const PASSWORD = 'crowd-1234';

/**
 * Many users at once: every one of them sends all of their jobs in the same moment, half of the users by sudo and half by SSH. All jobs have to
 * end well, and memory and connections must not grow with them.
 *
 * Arguments: users (20), jobs of each (10), units of each job (5).
 */
export async function run([users = '20', jobs = '10', units = '5']: string[]): Promise<void> {
  const site = await SlurmSite.start(Number(users));
  try {
    await chmod(site.system.folder, 0o755);
    const ways: readonly Way[] = ['slurm_sudo', 'slurm_ssh'];
    const resources = await Promise.all(ways.map((way) => site.addResource(way, 1)));
    const workflows: BenchWorkflow[] = [];
    for (const [index, user] of site.cluster.users.entries()) {
      const email = `${user.name}@example.org`;
      await site.addUser({ email, password: PASSWORD, user, resource: resources[index % resources.length]! });
      const client = site.system.clientOf(email, PASSWORD);
      const actor = { folder: join(site.system.folder, user.name), request: client.request.bind(client) };
      for (let job = 0; job < Number(jobs); job += 1) workflows.push(await BenchWorkflow.make(actor, Number(units), [{ parallel: NO_OP }]));
    }
    const most = { worker: 0, api: 0, ssh: 0 };
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        const { worker, api } = site.system.residentMiB();
        const ssh = site.sshd.sessions().length;
        Object.assign(most, { worker: Math.max(most.worker, worker), api: Math.max(most.api, api), ssh: Math.max(most.ssh, ssh) });
        await sleep(500);
      }
    })();
    const sentAt = Date.now();
    const ended = await Promise.allSettled(workflows.map((workflow) => workflow.run({ pollMs: 2_000 })));
    isOver = true;
    await watching;
    const failed = ended.filter(({ status }) => status === 'rejected');
    console.log(
      `${workflows.length} jobs of ${users} users, ${units} units each: ${Math.round((Date.now() - sentAt) / 1_000)} s, ${failed.length} failed`,
    );
    console.log(`at most: worker ${Math.round(most.worker)} MiB, API ${Math.round(most.api)} MiB, ${most.ssh} SSH sessions`);
    for (const one of failed.slice(0, 3)) console.log(String((one as PromiseRejectedResult).reason).slice(0, 500));
  } finally {
    await site.stop();
  }
}
