/** What is installed into an environment. */
export interface InstallTarget {
  readonly packageName: string;
  readonly version: string;
  /** Names of extras, separated by commas. */
  readonly extras: string | null;
  /** A wheel to install from instead of the index. */
  readonly archivePath: string | null;
}

/** The argument that names the package for an installer, such as `my-pkg[torch,extra]==1.2.3` (contract: task-environments.md 4.4). */
export function installString({ packageName, version, extras, archivePath }: InstallTarget): string {
  const suffix = extras === null || extras === '' ? '' : `[${extras}]`;
  return archivePath === null ? `${packageName}${suffix}==${version}` : `${archivePath}${suffix}`;
}

/** One argument per pinned package, in order. */
export function pinStrings(pins: ReadonlyMap<string, string>): string[] {
  return [...pins].map(([name, version]) => `${name}==${version}`);
}
