import { describe, expect, it } from 'vitest';
import { installerEnvironment } from './installer-environment.js';

const INDEX = 'https://mirror.example/simple';
const PIP = { indexUrl: INDEX, certificates: undefined };

describe('installerEnvironment', () => {
  it("holds nothing of the server's own", () => {
    const secrets = { JWT_SECRET_KEY: 'x', POSTGRES_PASSWORD: 'x', OAUTH_CLIENT_SECRET: 'x', PYTHONPATH: '/x', LD_PRELOAD: '/x' };
    const environment = installerEnvironment({ ...secrets, PATH: '/bin', HOME: '/home/me' }, PIP);
    expect(environment).toMatchObject({ PATH: '/bin', HOME: '/home/me' });
    expect(Object.keys(environment).filter((name) => name in secrets)).toEqual([]);
  });

  it('holds what a site needs to build anything', () => {
    const site = {
      PIP_TRUSTED_HOST: 'a',
      UV_HTTP_TIMEOUT: '1',
      HTTPS_PROXY: 'b',
      no_proxy: 'c',
      SSL_CERT_DIR: 'd',
      REQUESTS_CA_BUNDLE: 'e',
    };
    expect(installerEnvironment(site, PIP)).toMatchObject(site);
  });

  it("gives uv pip's indexes and certificates, unless it has its own", () => {
    const pip = { PIP_EXTRA_INDEX_URL: 'https://more.example' };
    const configuration = { ...PIP, certificates: '/ca.pem' };
    expect(installerEnvironment(pip, configuration)).toMatchObject({
      UV_DEFAULT_INDEX: INDEX,
      UV_EXTRA_INDEX_URL: 'https://more.example',
      SSL_CERT_FILE: '/ca.pem',
    });
    const uv = { UV_DEFAULT_INDEX: 'https://uv.example', UV_EXTRA_INDEX_URL: 'https://own.example', SSL_CERT_FILE: '/own.pem' };
    expect(installerEnvironment({ ...pip, ...uv }, configuration)).toMatchObject(uv);
  });

  it('lets uv fetch no interpreter', () => {
    expect(installerEnvironment({ UV_PYTHON_DOWNLOADS: 'automatic' }, PIP)['UV_PYTHON_DOWNLOADS']).toBe('never');
  });
});
