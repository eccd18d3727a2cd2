/** What every task and every command of ours may see of the server's environment. */
const ALWAYS = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR'] as const;

/** Where programs are looked for when the server itself has no PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The clean environment: PATH, HOME, USER, LANG, TMPDIR and the variables named, as far as the source has them. Nothing else of the
 * server's environment, which holds its secrets, reaches a task or an installer.
 *
 * @param names further variables; a name that ends in `*` stands for all that begin so (`PIP_*`)
 */
export function cleanEnvironment(
  source: Readonly<Record<string, string | undefined>>,
  names: readonly string[] = [],
): Record<string, string> {
  const wanted = new Set<string>([...ALWAYS, ...names.filter((name) => !name.endsWith('*'))]);
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const environment: Record<string, string> = { PATH: DEFAULT_PATH };
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && (wanted.has(name) || prefixes.some((prefix) => name.startsWith(prefix)))) {
      environment[name] = value;
    }
  }
  return environment;
}
