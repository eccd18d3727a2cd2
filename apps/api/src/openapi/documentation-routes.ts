import { stringifyJson } from '@fractal-server/domain';
import type { FastifyInstance } from 'fastify';
import { JSON_TYPE } from '../http/answer/encode-answer.js';
import { describeApi } from './openapi-document.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page for people, that everybody may read; it is no endpoint of the API. */
    isPublicPage?: boolean;
  }
}

/** Scripts of the pages, as the reference loads them; the pages need them, the API does not. */
const CDN = 'https://cdn.jsdelivr.net/npm';

/** Serves the API description and two pages that show it (contract: auth-admin 6.4). */
export function serveDocumentation(server: FastifyInstance): void {
  let document: Buffer | undefined;
  const config = { isPublicPage: true };
  server.get('/openapi.json', { config }, async (_request, reply) => {
    document ??= Buffer.from(stringifyJson(describeApi()));
    return reply.type(JSON_TYPE).send(document);
  });
  for (const [path, html] of [
    ['/docs', SWAGGER_UI],
    ['/docs/oauth2-redirect', OAUTH2_REDIRECT],
    ['/redoc', REDOC],
  ] as const) {
    server.get(path, { config }, async (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
  }
}

const SWAGGER_UI = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link type="text/css" rel="stylesheet" href="${CDN}/swagger-ui-dist@5/swagger-ui.css">
<title>Fractal server API</title>
</head>
<body>
<div id="swagger-ui"></div>
<script src="${CDN}/swagger-ui-dist@5/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  oauth2RedirectUrl: window.location.origin + '/docs/oauth2-redirect',
});
</script>
</body>
</html>
`;

/** Where a log-in from the page ends: it hands the answer to the page that opened it. */
const OAUTH2_REDIRECT = `<!DOCTYPE html>
<html lang="en-US">
<head><meta charset="utf-8"><title>Log-in</title></head>
<body><script src="${CDN}/swagger-ui-dist@5/oauth2-redirect.js"></script></body>
</html>
`;

const REDOC = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Fractal server API</title>
<style>body { margin: 0; padding: 0; }</style>
</head>
<body>
<redoc spec-url="/openapi.json"></redoc>
<script src="${CDN}/redoc@2/bundles/redoc.standalone.js"></script>
</body>
</html>
`;
