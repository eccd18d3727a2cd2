// Runs a benchmark from its sources: node test/bench/run.mjs NAME [ARGUMENTS]
// NAME.ts beside this file exports `run(arguments)`. The libraries are loaded from their sources as well, so that nothing has to be built.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { showHelp } from '../../tools/show-help.mjs';

showHelp(`
node test/bench/run.mjs NAME [ARGUMENTS]

  local                       jobs, then images over HTTP (npm run bench:local)
  jobs [ROUNDS] [PART...]     jobs against xargs; parts: throughput, latency, merging, idling
  images                      a dataset of 100,000 images over HTTP
  unit-runner [UNITS ROUNDS]  the unit runner alone
  slurm [ROUNDS] [SIZE...]    jobs on a SLURM cluster against bare sbatch; sizes as 1000x10 (units x SLURM jobs)
  slurm-crowd                 200 jobs of 20 users at once

The applications have to be compiled (npm run build), the machine quiet.
`);

const [name, ...parameters] = process.argv.slice(2);
const conditions = ['@fractal-server/source', 'node'];
const vite = await createServer({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
// A runner that is awaited does not keep its worker's process alive, and this one has nothing else to live for.
const alive = setInterval(() => undefined, 60_000);
try {
  const { run } = await vite.ssrLoadModule(`/test/bench/${name}.ts`);
  await run(parameters);
} finally {
  clearInterval(alive);
  await vite.close();
}
