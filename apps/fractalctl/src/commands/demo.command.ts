import type { Command } from 'commander';
import { join } from 'node:path';
import { runDemo } from '../demo/run-demo.js';
import { installation } from '../installation.js';
import type { StartedSystem } from '../system/start-system.js';
import { explain } from '../terminal/explain.js';
import { readSystemOptions, withSystemOptions } from './system-options.js';
import { runSystem } from './up.command.js';

/** `fractalctl demo` (`npm run demo`): everything on this machine, and a real workflow on real images. */
export function addDemoCommand(program: Command): void {
  const demo = program
    .command('demo')
    .description('start everything on this machine and run a published workflow on real microscopy images; stays up until Ctrl-C')
    .option('--exit', 'end when the demo is over, with status 0 if the result was as expected and 1 otherwise');
  withSystemOptions(demo).action(async () => {
    const { exit } = demo.opts<{ exit?: boolean }>();
    await runSystem(readSystemOptions(demo), async (system, stopped) => {
      const passed = await show(system, stopped);
      if (exit === true) return Number(!passed);
      describeSystem(system);
      return undefined;
    });
  });
}

async function show(system: StartedSystem, stopped: AbortSignal): Promise<boolean> {
  try {
    const result = await runDemo({
      address: system.address,
      email: system.admin.email,
      password: system.admin.password,
      inputFolder: installation.demo,
      outputFolder: join(system.state.path, 'demo'),
      output: process.stdout,
    });
    console.log(`\nWhere to look next
  picture          ${result.picture}
                   one row per well: raw, corrected and projected, nuclei found
  OME-Zarr         ${result.zarrDir}
  job's log        ${join(result.jobFolder ?? '', 'workflow.log')}`);
    return result.passed;
  } catch (error) {
    // Stopped half-way: the server went away under the demo, which is no news.
    if (!stopped.aborted) console.error(`\n${explain(error)}`);
    return false;
  }
}

function describeSystem({ address, admin, state }: StartedSystem): void {
  console.log(`  API              ${address}
  its description  ${address}/docs
  log in as        ${admin.email}, password ${admin.password}
  everything kept  ${state.path}
  stop             Ctrl-C
`);
}
