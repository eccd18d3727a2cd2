// `npm run test:chaos`: kills everything that can be killed, hundreds of times, and checks the promises after it (test/chaos).
// `--seed N` repeats the choices of an earlier run.
import { join } from 'node:path';
import { build, installPackages, prepare, root } from './prepare.mjs';

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
