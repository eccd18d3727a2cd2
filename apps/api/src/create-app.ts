import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { ContractAdapter } from './http/adapter/contract-adapter.js';
import { createServer } from './http/server/create-server.js';
import type { Infrastructure } from './infrastructure.module.js';
import { FrameworkLogger } from './logging/framework-logger.js';
import { serveDocumentation } from './openapi/documentation-routes.js';
import { UploadStore } from './uploads/upload-store.js';

/**
 * Builds the application without listening. Fails when a route states no endpoint.
 *
 * @returns an initialised application; the caller listens and closes
 */
export async function createApp(infrastructure: Infrastructure): Promise<NestFastifyApplication> {
  const server = createServer({ ...infrastructure, files: new UploadStore(infrastructure.database) });
  serveDocumentation(server);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(infrastructure), new ContractAdapter(server), {
    bodyParser: false,
    abortOnError: false,
    logger: new FrameworkLogger(infrastructure.logger),
  });
  await app.init();
  return app;
}
