// `npm run cluster`: a real SLURM cluster on this machine until Ctrl-C, for people (test/cluster). `-- --accounting` adds slurmdbd.
import { build, installPackages, prepare } from './prepare.mjs';
import { showHelp } from './show-help.mjs';

showHelp(`
npm run cluster -- [OPTIONS]

A real SLURM cluster of two nodes on this machine, with an SSH server and users of its own, until Ctrl-C. Needs root on Debian or Ubuntu.

  --users N         users of the cluster (default 2)
  --cpus N          CPUs that each node claims to have (default 4)
  --memory MB       memory that each node claims to have (default 8000)
  --accounting      slurmdbd on a MariaDB beside it: sacct, accounts, limits
`);

await prepare(installPackages, build);
const { runInForeground } = await import('../test/cluster/dist/index.js');
await runInForeground(process.argv.slice(2));
