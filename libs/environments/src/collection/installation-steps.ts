import { installString, pinStrings } from '@fractal-server/domain';

/** How packages are installed into an environment: `installer` of a resource's `tasks_python_config`. */
export type Installer = { readonly kind: 'pip' } | { readonly kind: 'uv'; readonly program: string };

/** What is installed where. */
export interface InstallationTarget {
  /** Normalised package name. */
  readonly packageName: string;
  readonly version: string;
  /** Absolute path of the wheel, or null when the package comes from the index. */
  readonly archivePath: string | null;
  readonly extras: string | null;
  readonly pinsBefore: ReadonlyMap<string, string>;
  readonly pinsAfter: ReadonlyMap<string, string>;
  /** Absolute path of the virtual environment. */
  readonly venvPath: string;
  /** Absolute path of the interpreter that the environment is made from. */
  readonly basePython: string;
  /** Folder of the installer's cache; null means none. */
  readonly cacheDir: string | null;
  /** Where the last two steps leave their answers. */
  readonly answers: InstallationAnswers;
}

/** Files that hold what an environment says about itself. */
export interface InstallationAnswers {
  /** What is installed, as `pip freeze --all` prints it. */
  readonly freezePath: string;
  /** Where the package lies; see `readLocatedPackage`. */
  readonly locationPath: string;
}

/** One command of an installation. */
export interface InstallationStep {
  /** Names the step in file names and in the log. */
  readonly name: string;
  /** Said in the log before the command runs. */
  readonly purpose: string;
  readonly argv: readonly string[];
}

/**
 * The commands that make an environment, in order (contract: task-environments.md 8.1–8.4). A single resolver run over everything would
 * not be the same: pins made before may be changed by the package, pins made after override it. The first command clears what an earlier
 * try has left, so that beginning anew never removes anything outside of a claimed attempt.
 */
export function installationSteps(target: InstallationTarget, installer: Installer): InstallationStep[] {
  const python = `${target.venvPath}/bin/python`;
  const install = installCommand(python, target.cacheDir, installer);
  const before = pinStrings(target.pinsBefore);
  const after = pinStrings(target.pinsAfter);
  return [
    { name: 'create_venv', purpose: 'Create the virtual environment', argv: createVenv(target, installer) },
    { name: 'upgrade_pip', purpose: 'Upgrade pip and setuptools', argv: [...install, '--upgrade', 'pip', 'setuptools'] },
    ...(before.length === 0 ? [] : [{ name: 'pins_before', purpose: 'Install the versions pinned before', argv: [...install, ...before] }]),
    { name: 'install_package', purpose: 'Install the package', argv: [...install, installString(target)] },
    ...(after.length === 0 ? [] : [{ name: 'pins_after', purpose: 'Install the versions pinned after', argv: [...install, ...after] }]),
    { name: 'freeze', purpose: 'List what is installed', argv: [python, '-I', '-c', FREEZE, target.answers.freezePath] },
    {
      name: 'locate_package',
      purpose: 'Locate the package and its manifest',
      argv: [python, '-I', '-c', LOCATE_PACKAGE, target.packageName, target.answers.locationPath],
    },
  ];
}

function createVenv({ basePython, venvPath }: InstallationTarget, installer: Installer): string[] {
  return installer.kind === 'uv'
    ? [installer.program, 'venv', '--clear', '--seed', '--no-progress', '--python', basePython, venvPath]
    : [basePython, '-m', 'venv', venvPath, '--clear', '--copies'];
}

function installCommand(python: string, cacheDir: string | null, installer: Installer): string[] {
  return installer.kind === 'uv'
    ? [
        installer.program,
        'pip',
        'install',
        '--no-progress',
        '--python',
        python,
        ...(cacheDir === null ? ['--no-cache'] : ['--cache-dir', cacheDir]),
      ]
    : [python, '-m', 'pip', 'install', ...(cacheDir === null ? ['--no-cache-dir'] : ['--cache-dir', cacheDir])];
}

/** `pip freeze --all` into a file: what pip says on stderr must not end up in the list. */
const FREEZE = `
import subprocess, sys
with open(sys.argv[1], "wb") as answer:
    sys.exit(subprocess.call([sys.executable, "-I", "-m", "pip", "freeze", "--all"], stdout=answer))
`.trim();

/**
 * Asks the environment itself where the package lies, as JSON in a file. `pip show` would cut paths at `:` and lose blanks, and glue
 * several manifests together (contract: task-environments.md 18.15, 18.16).
 */
const LOCATE_PACKAGE = `
import importlib.metadata, json, pathlib, sys
distribution = importlib.metadata.distribution(sys.argv[1])
manifests = [str(distribution.locate_file(file))
             for file in distribution.files or [] if pathlib.PurePosixPath(file).name == "__FRACTAL_MANIFEST__.json"]
with open(sys.argv[2], "w", encoding="utf-8") as answer:
    json.dump({"name": distribution.metadata["Name"], "manifests": manifests}, answer)
`.trim();
