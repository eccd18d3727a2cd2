// `npm run replay -- 'auth-*'`: replays recorded scenarios of the contract against the compiled API and worker. `--logs` shows their logs.
import { join } from 'node:path';
import { build, installPackages, prepare, root } from './prepare.mjs';
import { showHelp } from './show-help.mjs';

showHelp(`
npm run replay -- [OPTIONS] [SCENARIO...]

Replays recorded requests of clients against the compiled API and worker. A scenario may hold a star: 'auth-*'. Default: all that are to pass.

  --logs            shows the logs of API and worker
  --no-build        takes the applications as they were compiled last
`);

const args = process.argv.slice(2);
process.env.REPLAY_ONLY = args.filter((arg) => arg !== '--logs' && arg !== '--no-build').join(' ');
if (args.includes('--logs')) process.env.REPLAY_LOGS = '1';
if (!args.includes('--no-build')) await prepare(installPackages, build);
process.argv = [process.argv[0], 'vitest', 'run', '--project', 'integration', '--reporter=verbose', 'test/contract/replay.int-spec.ts'];
process.chdir(root);
await import(join(root, 'node_modules', 'vitest', 'vitest.mjs'));
