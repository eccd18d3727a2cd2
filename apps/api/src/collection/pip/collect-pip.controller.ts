import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, type User } from '@fractal-server/database';
import { LocalHost } from '@fractal-server/hosts';
import { BellRinger } from '@fractal-server/queue';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { activityRead, toActivityRead, type ActivityRead } from '../../task-groups/activity.schemas.js';
import { collectorOf, visibilityQuery } from '../collector.js';
import { acceptCollection } from './accept-collection.js';
import { collectPipForm, readPipRequest } from './collect-pip.schemas.js';

const collectInput = routeInput({ query: visibilityQuery, form: collectPipForm, files: true });

/** Collections of Python packages, built by a worker (contract: api-execution 8.1). */
@Controller()
export class CollectPipController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LocalHost) private readonly host: LocalHost,
    @Inject(BellRinger) private readonly bells: BellRinger,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/task/collect/pip/',
    access: 'user',
    tag: 'Task Lifecycle',
    operation: 'collect_tasks_pip',
    summary: 'Collect the tasks of a Python package, from the package index or from a wheel',
    input: collectInput,
    answer: json(202, activityRead),
  })
  async collect(@Caller() caller: User, @Input() { query, body, files }: InputOf<typeof collectInput>): Promise<ActivityRead> {
    const file = files.get('file');
    const request = readPipRequest(body, file);
    const collector = await collectorOf(this.database, caller, query, this.config);
    const wanted = { request, file, pythonVersion: body.python_version };
    const { activity, work } = await acceptCollection(this.database, this.host, collector, wanted);
    const { kind, id, ...address } = work;
    this.bells.ring(address, { kind, id });
    return toActivityRead(activity);
  }
}
