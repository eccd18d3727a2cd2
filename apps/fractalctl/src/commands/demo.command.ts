import { Option, type Command } from 'commander';
import { join } from 'node:path';
import { addCluster, type DemoUser } from '../demo/cluster/cluster-site.js';
import { DemoCluster, type Way } from '../demo/cluster/demo-cluster.js';
import { describeCluster } from '../demo/cluster/describe-cluster.js';
import type { DemoSite } from '../demo/demo-site.js';
import { localSite } from '../demo/local-site.js';
import { runDemo, type DemoResult } from '../demo/run-demo.js';
import { installation } from '../installation.js';
import type { SystemOptions } from '../system/options.js';
import type { StartedSystem } from '../system/start-system.js';
import { explain } from '../terminal/explain.js';
import { readSystemOptions, withSystemOptions } from './system-options.js';
import { report, runSystem } from './up.command.js';

/** `fractalctl demo` (`npm run demo`): everything on this machine, and a real workflow on real images. */
export function addDemoCommand(program: Command): void {
  const demo = program
    .command('demo')
    .description('start everything on this machine and run a published workflow on real microscopy images; stays up until Ctrl-C')
    .option('--exit', 'end when the demo is over, with status 0 if the result was as expected and 1 otherwise')
    .addOption(
      new Option(
        '--slurm [way]',
        'on a SLURM cluster of its own on this machine, reached by "ssh" (default) or "sudo"; as root on Debian or Ubuntu',
      )
        .choices(['ssh', 'sudo'])
        .preset('ssh'),
    );
  withSystemOptions(demo).action(async () => {
    const { exit = false, slurm } = demo.opts<{ exit?: boolean; slurm?: Way }>();
    const options = readSystemOptions(demo);
    if (slurm === undefined) await onThisMachine(options, exit);
    else await onCluster(options, slurm, { exit, keepsState: demo.getOptionValueSource('data') !== 'default' });
  });
}

async function onThisMachine(options: SystemOptions, exit: boolean): Promise<void> {
  await runSystem(options, async (system, stopped) => {
    const picture = join(system.state.path, 'demo', 'result.png');
    const result = await show(system, stopped, picture, async () => localSite(system));
    if (result !== undefined) console.log(whereToLook(result, picture));
    if (exit) return Number(result?.passed !== true);
    console.log(whatRuns(system, system.admin));
    return undefined;
  });
}

/** What the server keeps is of no use without the cluster: it goes with it, unless a folder was named. The picture stays. */
async function onCluster(options: SystemOptions, way: Way, { exit, keepsState }: { exit: boolean; keepsState: boolean }): Promise<void> {
  report('Starting a SLURM cluster …');
  const cluster = await DemoCluster.start(way);
  report(`SLURM cluster ${cluster.cluster.name}: nodes n1 and n2, user ${cluster.user.name}, files below ${cluster.cluster.folder}`);
  const picture = join(options.data, 'demo', 'result-slurm.png');
  const onIt = {
    ...options,
    data: keepsState ? options.data : cluster.stateFolder,
    backend: [...new Set([...options.backend, cluster.resourceType])],
    variables: cluster.variables,
  };
  try {
    await runSystem(onIt, async (system, stopped) => {
      let user: DemoUser = system.admin;
      const result = await show(system, stopped, picture, async () => {
        const added = await addCluster(system, cluster);
        user = added.user;
        return added.site;
      });
      if (exit) {
        if (result !== undefined) console.log(`\nThe picture is ${picture}; everything else goes with the cluster.`);
        return Number(result?.passed !== true);
      }
      if (result !== undefined) console.log(whereToLook(result, picture));
      console.log(describeCluster(cluster, system.address, result?.job));
      console.log(whatRuns(system, user));
      return undefined;
    });
  } finally {
    report('removing the SLURM cluster');
    await cluster.stop();
    report('removed');
  }
}

async function show(
  system: StartedSystem,
  stopped: AbortSignal,
  picture: string,
  findSite: () => Promise<DemoSite>,
): Promise<DemoResult | undefined> {
  try {
    const outputFolder = join(system.state.path, 'demo');
    return await runDemo(await findSite(), { inputFolder: installation.demo, outputFolder, picture, output: process.stdout });
  } catch (error) {
    // Stopped half-way: the server went away under the demo, which is no news.
    if (!stopped.aborted) console.error(`\n${explain(error)}`);
    return undefined;
  }
}

function whereToLook({ job, zarrDir }: DemoResult, picture: string): string {
  return `\nWhere to look next
  picture          ${picture}
                   one row per well: raw, corrected and projected, nuclei found
  OME-Zarr         ${zarrDir}
  job's log        ${join(job.working_dir ?? '', 'workflow.log')}`;
}

function whatRuns({ address, state }: StartedSystem, login: DemoUser): string {
  return `  API              ${address}
  its description  ${address}/docs
  log in as        ${login.email}, password ${login.password}
  everything kept  ${state.path}
  stop             Ctrl-C
`;
}
