import { Controller, Inject, StreamableFile } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, type User } from '@fractal-server/database';
import { DomainError, literal, optional } from '@fractal-server/domain';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, file, Input, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { Logger } from '../../logging/logger.js';
import { getValidatedProfile, type ValidatedProfile } from '../../profiles/validated-profile.js';
import { Questions, UnansweredError } from '../../questions/questions.js';

const TEXT = 'text/plain; charset=utf-8';
const squeueInput = routeInput({ query: { scope: optional(literal('all', 'user', 'accounts'), 'all') } });
type Scope = InputOf<typeof squeueInput>['query']['scope'];

/** The queue of the caller's cluster (contract: api-execution 5.8). A worker asks it: the API reads no keys. */
@Controller()
export class SqueueController {
  constructor(
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
    @Inject(Database) private readonly database: Database,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/job/squeue/',
    access: 'user',
    tag: 'Job',
    operation: 'get_squeue',
    summary: 'What is in the queue of the cluster',
    input: squeueInput,
    answer: file<StreamableFile>(TEXT),
  })
  async squeue(@Caller() caller: User, @Input() { query }: InputOf<typeof squeueInput>): Promise<StreamableFile> {
    const { runnerBackend } = this.config;
    requireQueue(runnerBackend, `FRACTAL_RUNNER_BACKEND=${runnerBackend}`);
    const used = await getValidatedProfile(this.database, caller);
    requireQueue(used.resource.type, `resources of type '${used.resource.type}'`);
    return new StreamableFile(Buffer.from(await this.listing(caller, used, query.scope)), { type: TEXT });
  }

  private async listing(caller: User, { resource, profile }: ValidatedProfile, scope: Scope): Promise<string> {
    try {
      return await this.questions.ask({
        kind: 'squeue',
        resourceId: resource.id,
        backendType: resource.type,
        login: resource.type === 'slurm_ssh' ? (profile.username ?? '') : '',
        parameters: {
          user: scope === 'user' ? profile.username : null,
          accounts: scope === 'accounts' ? caller.slurmAccounts : [],
        },
      });
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
      this.logger.warn('api.jobs', `squeue for user ${caller.id} on resource ${resource.id}: ${error.message}`);
      throw new DomainError('refused', 'squeue.unanswered', 'The queue of the cluster could not be listed, please try again.', {
        cause: error,
      });
    }
  }
}

/** @throws DomainError `backend.no_queue` */
function requireQueue(backend: string, asShown: string): void {
  if (backend !== 'local') return;
  throw new DomainError('refused', 'backend.no_queue', `This endpoint is not available for ${asShown}.`);
}
