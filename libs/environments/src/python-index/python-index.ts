import { DomainError, normalizePackageName, versionHint } from '@fractal-server/domain';
import { fetch, type Dispatcher, type Response } from 'undici';
import { readPipConfiguration } from './pip-configuration.js';
import { siteConnections } from './site-connections.js';

/** One file of a project on the index. */
export interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string | undefined;
  readonly yanked: boolean;
}

/** What the index knows of one project. */
export interface IndexProject {
  /** Address that was asked, for messages. */
  readonly address: string;
  readonly versions: readonly string[];
  readonly files: readonly IndexFile[];
}

/** Milliseconds after which a look-up is given up (contract: task-environments.md 4.3). */
const LOOK_UP_TIMEOUT_MS = 5_000;
const ACCEPT = 'application/vnd.pypi.simple.v1+json';

/** How an index is reached. */
export interface IndexConnection {
  /** Connections to use instead of plain ones. */
  readonly dispatcher?: Dispatcher;
  /** Milliseconds after which a look-up is given up. */
  readonly timeoutMs?: number;
}

/**
 * Asks the index that pip of this environment would ask, the way it would: with the site's proxy, certificates and credentials.
 * @param environment variables of the process
 */
export async function askPythonIndex<T>(
  environment: Readonly<Record<string, string | undefined>>,
  ask: (index: PythonIndex) => Promise<T>,
): Promise<T> {
  const dispatcher = await siteConnections(environment);
  try {
    return await ask(new PythonIndex((await readPipConfiguration(environment)).indexUrl, { dispatcher }));
  } finally {
    await dispatcher.destroy();
  }
}

/** Reads a Python package index through the JSON form of the simple API (PEP 691). */
export class PythonIndex {
  /** Address without credentials, safe to be shown. */
  private readonly address: string;
  private readonly authorization: Record<string, string>;
  private readonly timeoutMs: number;

  /** @param address of the index, such as `https://pypi.org/simple`; may carry credentials */
  constructor(
    address: string,
    private readonly connection: IndexConnection = {},
  ) {
    const url = new URL(address);
    this.authorization = basicAuthorization(url);
    this.address = url.href.replace(/\/+$/, '');
    this.timeoutMs = connection.timeoutMs ?? LOOK_UP_TIMEOUT_MS;
  }

  /**
   * Versions and files of a project.
   * @throws DomainError `refused` with the contract's words when the index cannot be asked, does not know the project or answers nonsense
   */
  async project(name: string): Promise<IndexProject> {
    const address = `${this.address}/${encodeURIComponent(normalizePackageName(name))}/`;
    const body = await this.fetchProject(address, name);
    const { versions, files } = body as { versions?: unknown; files?: unknown };
    if (!Array.isArray(versions) || versions.length === 0) {
      throw refusal(`A KeyError error occurred while getting ${address}: there is no list of versions.\n${versionHint(name)}`);
    }
    return {
      address,
      versions: versions.filter((version): version is string => typeof version === 'string'),
      files: Array.isArray(files) ? files.map((file) => readFile(file, address)).filter((file) => file !== undefined) : [],
    };
  }

  /** Begins to fetch a file of a project. The credentials of the index are for its own machine only. */
  async fetchFile(file: IndexFile, signal: AbortSignal): Promise<Response> {
    return this.fetch(file.url, {}, signal);
  }

  private async fetch(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const { dispatcher } = this.connection;
    const own = new URL(url).origin === new URL(this.address).origin ? this.authorization : {};
    return fetch(url, { headers: { ...headers, ...own }, signal, ...(dispatcher === undefined ? {} : { dispatcher }) });
  }

  private async fetchProject(address: string, name: string): Promise<object> {
    let response: Response;
    let text: string;
    try {
      response = await this.fetch(address, { Accept: ACCEPT }, AbortSignal.timeout(this.timeoutMs));
      text = await response.text();
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'TimeoutError') {
        throw refusal(`A TimeoutException occurred while getting ${address} (timeout: ${this.timeoutMs / 1000} s).`, cause);
      }
      throw refusal(`An unknown error occurred while getting ${address}. Original error: ${messageOf(cause)}.`, cause);
    }
    if (response.status !== 200) {
      throw refusal(`Could not get ${address} (status_code ${response.status}).\n${versionHint(name)}`);
    }
    try {
      const body: unknown = JSON.parse(text);
      if (typeof body === 'object' && body !== null) return body;
    } catch {
      // not JSON: an index without PEP 691, answered below
    }
    throw refusal(`A KeyError error occurred while getting ${address}: the answer is not a JSON object.\n${versionHint(name)}`);
  }
}

/** Credentials in the address belong into a header: `fetch` refuses them in the URL. Removes them from `url`. */
function basicAuthorization(url: URL): Record<string, string> {
  if (url.username === '') return {};
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function readFile(entry: unknown, address: string): IndexFile | undefined {
  const { filename, url, hashes, yanked } = (entry ?? {}) as Record<string, unknown>;
  if (typeof filename !== 'string' || typeof url !== 'string') return undefined;
  const sha256 = (hashes as { sha256?: unknown } | undefined)?.sha256;
  return {
    filename,
    url: new URL(url, address).href,
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
    yanked: yanked !== undefined && yanked !== false,
  };
}

function refusal(message: string, cause?: unknown): DomainError {
  return new DomainError('refused', 'python_index.look_up', message, { cause });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
