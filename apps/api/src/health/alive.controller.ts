import { Controller } from '@nestjs/common';
import { anyObject, type JsonObject } from '@fractal-server/domain';
import { Endpoint, json } from '../http/index.js';
import { API_VERSION } from '../version.js';

/** Says that the server answers, without looking at the database (contract: auth-admin 6.1). */
@Controller()
export class AliveController {
  @Endpoint({
    method: 'GET',
    path: '/api/alive/',
    access: 'public',
    operation: 'alive',
    summary: 'Whether the server answers, and its version',
    answer: json(200, anyObject()),
  })
  async alive(): Promise<JsonObject> {
    return new Map<string, boolean | string>([
      ['alive', true],
      ['version', API_VERSION],
    ]);
  }
}
