// `npm run cluster`: a real SLURM cluster on this machine until Ctrl-C, for people (test/cluster). `-- --accounting` adds slurmdbd.
import { build, installPackages, prepare } from './prepare.mjs';

await prepare(installPackages, build);
const { runInForeground } = await import('../test/cluster/dist/index.js');
await runInForeground(process.argv.slice(2));
