import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The index that pip and uv use when nothing else is configured. */
const DEFAULT_INDEX = 'https://pypi.org/simple';

/**
 * Address of the package index that pip is configured with, without a trailing slash: `PIP_INDEX_URL`, uv's variables, then pip's
 * configuration files from the most to the least specific, then PyPI.
 *
 * The reference asks PyPI by name even where pip is configured otherwise, so a site with a mirror could not collect (contract: task-environments.md 4.3).
 *
 * @param environment the variables of the process
 * @param configurationFiles pip's configuration files, most specific first
 */
export async function indexAddress(
  environment: Readonly<Record<string, string | undefined>>,
  configurationFiles: readonly string[] = pipConfigurationFiles(environment),
): Promise<string> {
  for (const name of ['PIP_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL']) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') return withoutTrailingSlash(value);
  }
  for (const path of configurationFiles) {
    const value = await readIndexUrl(path);
    if (value !== undefined) return withoutTrailingSlash(value);
  }
  return DEFAULT_INDEX;
}

function pipConfigurationFiles(environment: Readonly<Record<string, string | undefined>>): string[] {
  const home = environment['HOME'] ?? homedir();
  const explicit = environment['PIP_CONFIG_FILE'];
  return [
    ...(explicit === undefined || explicit === '' ? [] : [explicit]),
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
  ];
}

/** `index-url` of the sections `[global]` and `[install]`; the latter wins, as in pip. */
async function readIndexUrl(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined; // pip ignores configuration files that it cannot read
  }
  let section = '';
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    if (header !== null) section = header[1]!.trim();
    const entry = /^\s*index[-_]url\s*[=:]\s*(\S+)\s*$/.exec(line);
    if (entry !== null) found.set(section, entry[1]!);
  }
  return found.get('install') ?? found.get('global');
}

function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
