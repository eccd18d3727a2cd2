import { cleanEnvironment } from '@fractal-server/hosts';
import type { PipConfiguration } from '../python-index/pip-configuration.js';

/** What installers may see beyond the clean environment, or no site with a mirror or a proxy could build anything (design: security). */
const INSTALLER_VARIABLES = [
  'PIP_*',
  'UV_*',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'SSL_CERT_*',
  'REQUESTS_CA_BUNDLE',
] as const;

/**
 * The whole environment of installer commands: the clean one, the site's settings of pip, uv, proxies and certificates, and what makes uv
 * agree with pip (the same indexes, the same certificates, no interpreter of its own).
 *
 * @param source variables of the worker, or of a login where the installers run
 * @param pip how pip is configured there; uv does not read that
 */
export function installerEnvironment(source: Readonly<Record<string, string | undefined>>, pip: PipConfiguration): Record<string, string> {
  const environment = cleanEnvironment(source, INSTALLER_VARIABLES);
  const certificates = environment['SSL_CERT_FILE'] ?? pip.certificates ?? environment['REQUESTS_CA_BUNDLE'];
  const furtherIndexes = environment['PIP_EXTRA_INDEX_URL'];
  return {
    UV_DEFAULT_INDEX: pip.indexUrl,
    ...(furtherIndexes === undefined ? {} : { UV_EXTRA_INDEX_URL: furtherIndexes }),
    ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificates }),
    ...environment,
    UV_PYTHON_DOWNLOADS: 'never',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PYTHONNOUSERSITE: '1',
  };
}
