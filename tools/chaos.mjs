// `npm run test:chaos`: kills everything that can be killed, hundreds of times, and checks the promises after it (test/chaos).
// `--help` tells its options.
import { join } from 'node:path';
import { build, installPackages, prepare, root } from './prepare.mjs';
import { showHelp } from './show-help.mjs';

showHelp(`
npm run test:chaos -- [OPTIONS]

Kills and stops every process that can be, hundreds of times, and checks after it that no run was lost and none doubled.

  --seed N          repeats the choices of an earlier run (default: another one each time)
  --kills N         processes to kill on the local backend, at least (default 300)
  --queue NAME      redis or postgres only (default: most on Redis, some on PostgreSQL)
  --lane NAMES      where units run: local, slurm_sudo, slurm_ssh (default: all three)
  --only NAMES      scenarios whose names begin so: "random", "slurm frozen controller"
  --point NAMES     on SLURM only the fail points whose names contain one of these

Names are separated by commas. SLURM needs root on Debian or Ubuntu.
`);

await prepare(installPackages, build);
const { createServer } = await import('vite');
const conditions = ['@fractal-server/source', 'node'];
const vite = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { run } = await vite.ssrLoadModule(join(root, 'test', 'chaos', 'main.ts'));
  await run(process.argv.slice(2));
} finally {
  await vite.close();
}
