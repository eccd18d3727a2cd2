import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { DomainError } from '@fractal-server/domain';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** Where pip and uv find the certificates of a site, the first one that is set. */
const CERTIFICATE_VARIABLES = ['PIP_CERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'] as const;

/**
 * Connections as pip and uv of the same environment make them: through the site's proxy, and trusting its certificates beside the usual ones.
 * Node's own `fetch` knows neither.
 *
 * @throws DomainError refused when the file of certificates cannot be read
 */
export async function siteConnections(environment: Readonly<Record<string, string | undefined>>): Promise<Dispatcher> {
  const value = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()] || undefined;
  const ca = await siteCertificates(environment);
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const proxies = {
    httpProxy: value('http_proxy') ?? value('all_proxy') ?? '',
    httpsProxy: value('https_proxy') ?? value('all_proxy') ?? '',
    noProxy: value('no_proxy') ?? '',
  };
  return new EnvHttpProxyAgent({ ...proxies, connect: tls, requestTls: tls, proxyTls: tls });
}

async function siteCertificates(environment: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const path = CERTIFICATE_VARIABLES.map((name) => environment[name]).find((text) => text !== undefined && text !== '');
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DomainError('refused', 'python_index.certificates', `The certificates cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
