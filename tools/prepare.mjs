// What has to be there before anything of ours can run: packages and compiled code. Only Node's own modules are used here, because in a
// fresh checkout there are no others.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** A step that did not work: its message says what to do about it. */
class PreparationError extends Error {}

/** Runs the steps; when one fails, says which, why and what to do, and ends this process. */
export async function prepare(...steps) {
  try {
    refuseOldNode();
    for (const step of steps) await step();
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}

/** Installs the packages of package-lock.json, unless exactly these are installed. */
export async function installPackages() {
  if (packagesAreInstalled()) return;
  const command = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await step(
    'Installing packages (npm ci)',
    [...command, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    'Check that the npm registry can be reached ("npm ping"), then start again.',
  );
}

/** Compiles what is older than its sources. */
export async function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await step(
    'Compiling',
    [process.execPath, compiler, '-b'],
    'The errors above are in this checkout: undo its changes, or remove all dist folders.',
  );
}

/**
 * npm keeps beside the packages a list of what it has installed. Optional packages (those for other platforms) may be missing there.
 */
function packagesAreInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf(join('node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      !path.includes('node_modules/') || optional || (installed[path]?.link === link && installed[path]?.version === version),
  );
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new PreparationError(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}.`);
}

/** Runs one command in the checkout, says how long it took, and passes signals on to it. */
async function step(title, [program, ...parameters], advice) {
  const started = Date.now();
  console.log(`${title} …`);
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const forwards = Object.keys(SIGNAL_NUMBERS).map((signal) => {
    const forward = () => child.kill(signal);
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  const { code, signal } = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: error.message, signal: null }));
    child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  for (const stopForwarding of forwards) stopForwarding();
  if (signal !== null) process.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0));
  if (code !== 0) throw new PreparationError(`${title} failed (${code}). ${advice}`);
  console.log(`${title} took ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
