import 'reflect-metadata';
import { applicationSection, httpSection, loadConfig, type ApplicationConfig } from '@fractal-server/config';
import type { Database } from '@fractal-server/database';
import { parseJson, stringifyJson, type JsonInput } from '@fractal-server/domain';
import { BellRinger } from '@fractal-server/queue';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../src/create-app.js';
import { AccessTokens } from '../src/access/token.js';
import { Logger } from '../src/logging/logger.js';

/** What came back from the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The body with plain objects, for comparing. */
  readonly body: unknown;
}

/** A request to the API under test. */
export interface ApiRequest {
  /** Id of the user who calls; nobody when absent. */
  readonly as?: number;
  readonly json?: JsonInput;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Largest JSON body of the API under test: enough for long bodies, little enough to be exceeded. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** An API in this process, without a port. */
export class TestApi {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly tokens: AccessTokens,
    /** Lines that it logged. */
    readonly log: readonly string[],
  ) {}

  static async start(database: Database, settings: Partial<ApplicationConfig> = {}): Promise<TestApi> {
    const config = loadConfig(
      { application: applicationSection, http: httpSection },
      {
        JWT_SECRET_KEY: 'test-key',
        FRACTAL_API_MAX_JSON_BYTES: String(MAX_JSON_BYTES),
      },
    );
    const log: string[] = [];
    const logger = new Logger(30, (line) => log.push(line));
    const application = { ...config.application, defaultGroupName: 'All' as const, ...settings };
    const app = await createApp({ application, http: config.http, database, bells: silentBells(), logger });
    return new TestApi(app, new AccessTokens('test-key'), log);
  }

  async request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS',
    url: string,
    request: ApiRequest = {},
  ): Promise<ApiAnswer> {
    const authorization = request.as === undefined ? {} : { authorization: `Bearer ${this.tokens.issue(request.as, 60)}` };
    const json = request.json === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.app.inject({
      method,
      url,
      headers: { ...authorization, ...json, ...request.headers },
      payload: request.json === undefined ? request.raw : stringifyJson(request.json),
    });
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string | undefined>,
      text: answer.body,
      body: isJson ? (JSON.parse(stringifyJson(parseJson(answer.body))) as unknown) : answer.body,
    };
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

/** Bells that nobody hears: what they would start is not part of the API. */
function silentBells(): BellRinger {
  return new BellRinger({
    openSender: () => ({ send: async () => {}, close: async () => {} }),
    openReceiver: () => {
      throw new Error('the API hears no bells');
    },
    close: async () => {},
  });
}
