import { DemoError } from './demo-error.js';

/** In the order of preference. The demo's task packages need 3.11; for the first three versions all that they need has wheels. */
const PREFERRED_VERSIONS = ['3.12', '3.11', '3.13', '3.14'];

/**
 * The Python version for the demo's task packages.
 * @param available versions that the resource offers
 * @throws DemoError that names the versions which will not do
 */
export function choosePython(available: readonly string[]): string {
  const chosen = PREFERRED_VERSIONS.find((version) => available.includes(version));
  if (chosen !== undefined) return chosen;
  throw new DemoError(
    'find a Python for the task packages',
    `they need Python 3.11 or newer, here is only ${available.map((version) => `Python ${version}`).join(', ')}.`,
    'Install Python 3.12, remove the state folder (or name another with --data), and start the demo again.',
  );
}
