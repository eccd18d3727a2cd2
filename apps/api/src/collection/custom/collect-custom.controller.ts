import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, type User } from '@fractal-server/database';
import { list } from '@fractal-server/domain';
import { LocalHost } from '@fractal-server/hosts';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { taskRead, toTaskRead, type TaskRead } from '../../tasks/task.schemas.js';
import { collectorOf, visibilityQuery } from '../collector.js';
import { collectCustom } from './collect-custom.schemas.js';
import { collectInstalled } from './collect-installed.js';

const collectInput = routeInput({ query: visibilityQuery, body: collectCustom });

/** Collections of tasks that are installed already (contract: api-execution 8.3). */
@Controller()
export class CollectCustomController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LocalHost) private readonly host: LocalHost,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/task/collect/custom/',
    access: 'user',
    tag: 'Task Lifecycle',
    operation: 'collect_task_custom',
    summary: 'Register tasks that are installed already',
    input: collectInput,
    answer: json(201, list(taskRead)),
  })
  async collect(@Caller() caller: User, @Input() { query, body }: InputOf<typeof collectInput>): Promise<TaskRead[]> {
    const collector = await collectorOf(this.database, caller, query, this.config);
    const tasks = await collectInstalled(this.database, this.host, collector, body);
    return tasks.map(toTaskRead);
  }
}
