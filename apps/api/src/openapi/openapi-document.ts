import { OpenApiComponents } from '@fractal-server/domain';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { featureModules } from '../feature-modules.js';
import { endpointsOf, type EndpointDeclaration } from '../http/index.js';
import { describeEndpoint, type OpenApiObject } from './describe-endpoint.js';

/** Every endpoint of the API, in the order of the areas. */
export function allEndpoints(): readonly EndpointDeclaration[] {
  return featureModules.flatMap((feature) => {
    const controllers = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, feature) ?? []) as Parameters<typeof endpointsOf>[0][];
    return controllers.flatMap(endpointsOf);
  });
}

/** The API as an OpenAPI 3.1 document, with the names of the contract (auth-admin 6.4). */
export function describeApi(endpoints: readonly EndpointDeclaration[] = allEndpoints()): OpenApiObject {
  const components = new OpenApiComponents();
  const paths: Record<string, Record<string, OpenApiObject>> = {};
  for (const endpoint of endpoints) {
    const operations = (paths[endpoint.path] ??= {});
    operations[endpoint.method.toLowerCase()] = describeEndpoint(endpoint, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'FastAPI', version: '0.1.0' },
    paths,
    components: {
      schemas: components.toJSON(),
      securitySchemes: {
        OAuth2PasswordBearer: { type: 'oauth2', flows: { password: { scopes: {}, tokenUrl: '/auth/token/login' } } },
        APIKeyCookie: { type: 'apiKey', in: 'cookie', name: 'fastapiusersauth' },
      },
    },
  };
}
