import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askPythonIndex, PythonIndex } from './python-index.js';

let server: Server | undefined;

/** An index that answers as told: what a real one cannot be made to do. */
async function anIndex(answer: (request: IncomingMessage, response: ServerResponse) => void, timeoutMs = 2_000): Promise<PythonIndex> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return new PythonIndex(`http://user:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}/simple`, { timeoutMs });
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

describe('PythonIndex', () => {
  it('asks for the normalised name as JSON, with the credentials of the address', async () => {
    let seen: IncomingMessage | undefined;
    const index = await anIndex((request, response) => {
      seen = request;
      response.end(JSON.stringify({ versions: ['1.0'], files: [{ filename: 'a.whl', url: '../../a.whl', hashes: { sha256: 'ab' } }] }));
    });
    const project = await index.project('My_Pack.age');
    expect(seen?.url).toBe('/simple/my-pack-age/');
    expect(seen?.headers.accept).toBe('application/vnd.pypi.simple.v1+json');
    expect(seen?.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(project.versions).toEqual(['1.0']);
    expect(project.files[0]).toMatchObject({ filename: 'a.whl', sha256: 'ab', yanked: false });
    expect(project.files[0]!.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\.whl$/);
  });

  it.each([
    ['no such package', 404, 'not found', /status_code 404[^]*Hint: specify the required version for 'x'/],
    ['an answer that is not JSON', 200, '<html>', /A KeyError error occurred/],
    ['an answer without versions', 200, '{}', /A KeyError error occurred/],
    ['an empty list of versions', 200, '{"versions": []}', /A KeyError error occurred/],
  ])('refuses %s', async (_, status, body, message) => {
    const index = await anIndex((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    await expect(index.project('x')).rejects.toMatchObject({ kind: 'refused', message: expect.stringMatching(message) as string });
  });

  it('gives up on an index that does not answer', async () => {
    const index = await anIndex(() => undefined, 100);
    await expect(index.project('x')).rejects.toThrow(/A TimeoutException occurred/);
  });

  it('says so when there is no index at the address', async () => {
    await expect(new PythonIndex('http://127.0.0.1:1/simple').project('x')).rejects.toThrow(/An unknown error occurred/);
  });

  it('shows the credentials of the index to its own machine only', async () => {
    const seen: (string | undefined)[] = [];
    const index = await anIndex((request, response) => {
      seen.push(request.headers.authorization);
      response.end('content');
    });
    const file = { filename: 'a.whl', sha256: undefined, yanked: false };
    const port = (server!.address() as AddressInfo).port;
    for (const host of ['127.0.0.1', 'localhost']) {
      await index.fetchFile({ ...file, url: `http://${host}:${port}/a.whl` }, AbortSignal.timeout(2_000));
    }
    expect(seen).toEqual([expect.stringMatching(/^Basic /), undefined]);
  });
});

describe('askPythonIndex', () => {
  it("reaches the index of pip's configuration through the site's proxy", async () => {
    const targets: (string | undefined)[] = [];
    server = createServer();
    server.on('connect', (request: IncomingMessage, socket: Socket) => {
      targets.push(request.url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const http_proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = { http_proxy, PIP_INDEX_URL: 'http://index.example/simple' };
    await expect(askPythonIndex(environment, (index) => index.project('x'))).rejects.toThrow(/An unknown error occurred/);
    expect(targets).toEqual(['index.example:80']);
  });

  it('says that the certificates of the site cannot be read', async () => {
    await expect(askPythonIndex({ PIP_CERT: '/no/such/file' }, (index) => index.project('x'))).rejects.toThrow(/ENOENT.*no\/such\/file/);
  });
});
