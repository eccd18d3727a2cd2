// `npm test`: makes sure that the checkout is installed and compiled (tests of whole processes run the compiled code), then runs every test.
import { join } from 'node:path';
import { build, installPackages, prepare, root } from './prepare.mjs';

await prepare(installPackages, build);
process.argv = [process.argv[0], join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)];
process.chdir(root);
await import('../node_modules/vitest/vitest.mjs');
