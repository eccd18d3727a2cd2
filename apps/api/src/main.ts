import 'reflect-metadata';
import { applicationSection, databaseSection, httpSection, loadConfig, readEnvironment } from '@fractal-server/config';
import { Database } from '@fractal-server/database';
import { createApp } from './create-app.js';
import { Logger } from './logging/logger.js';

const config = loadConfig({ application: applicationSection, database: databaseSection, http: httpSection }, readEnvironment());
const logger = new Logger(config.application.loggingLevel);
const database = await Database.connect({
  ...config.database,
  user: config.database.user ?? undefined,
  password: config.database.password?.reveal(),
  poolSize: config.http.databasePoolSize,
  applicationName: 'fractal-api',
});
const app = await createApp({ application: config.application, http: config.http, database, logger });
await app.listen(8000, '127.0.0.1');
