// `npm start` and `npm run demo`: makes sure that the checkout is installed and compiled, then becomes `fractalctl` (in this very process, so
// that signals sent to it reach the one who handles them).
import { build, installPackages, prepare } from './prepare.mjs';

await prepare(installPackages, build);
await import('../apps/fractalctl/dist/main.js');
