import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The index that pip and uv use when nothing else is configured. */
const DEFAULT_INDEX = 'https://pypi.org/simple';

/** What of pip's configuration others have to follow. */
export interface PipConfiguration {
  /** Address of the package index, without a trailing slash. */
  readonly indexUrl: string;
  /** File with the certificates to trust, or undefined. */
  readonly certificates: string | undefined;
}

/** Reads a file of configuration; undefined when it cannot be read, as pip does. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * How pip is configured: for the index `PIP_INDEX_URL`, uv's variables, then pip's configuration files from the most to the least specific, then
 * PyPI; for the certificates `PIP_CERT`, then the files.
 *
 * The reference asks PyPI by name even where pip is configured otherwise, so a site with a mirror could not collect (contract: task-environments.md 4.3).
 *
 * @param environment the variables of the process
 * @param read reads a file where the process runs
 * @param paths pip's configuration files, most specific first
 */
export async function readPipConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  read: ReadText = readServerFile,
  paths: readonly string[] = pipConfigurationFiles(environment),
): Promise<PipConfiguration> {
  const texts = await Promise.all(paths.map(read));
  const configured = (option: RegExp): string | undefined =>
    texts.map((text) => (text === undefined ? undefined : optionOf(text, option))).find((value) => value !== undefined);
  const index = ['PIP_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL'].map((name) => environment[name]?.trim()).find(isSet);
  return {
    indexUrl: (index ?? configured(/^\s*index[-_]url\s*[=:]\s*(\S+)\s*$/) ?? DEFAULT_INDEX).replace(/\/+$/, ''),
    certificates: [environment['PIP_CERT'], configured(/^\s*cert\s*[=:]\s*(\S.*?)\s*$/)].find(isSet),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
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

async function readServerFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** An option of the sections `[global]` and `[install]`; the latter wins, as in pip. */
function optionOf(text: string, option: RegExp): string | undefined {
  let section = '';
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    if (header !== null) section = header[1]!.trim();
    const entry = option.exec(line);
    if (entry !== null) found.set(section, entry[1]!);
  }
  return found.get('install') ?? found.get('global');
}
