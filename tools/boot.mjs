// Boots the compiled applications as a user would and asks them whether they live. Some faults (circular entities, for one) only show in
// the compiled code.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build, installPackages, prepare, root } from './prepare.mjs';

const READY_DEADLINE_MS = 120_000;

await prepare(installPackages, build);
const data = await mkdtemp(join(tmpdir(), 'fractal-boot-'));
const child = spawn(process.execPath, [join(root, 'apps/fractalctl/dist/main.js'), 'up', '--port', '0', '--data', data], {
  cwd: data,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => child.once('exit', resolve));
try {
  const address = await readyAddress();
  for (const path of ['/api/alive/', '/openapi.json']) {
    const { status } = await fetch(`${address}${path}`);
    console.log(`${path} ${status}`);
    if (status !== 200) throw new Error(`${path} was answered with ${status}`);
  }
  console.log('the compiled applications boot');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  child.kill('SIGTERM');
  await ended;
  await rm(data, { recursive: true, force: true });
}

async function readyAddress() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`not ready within ${READY_DEADLINE_MS / 1000} s`)), READY_DEADLINE_MS).unref();
    void ended.then((code) => reject(new Error(`ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      console.log(line);
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
}
