import { Controller, Inject, type StreamableFile } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { DomainError, literal, optional } from '@fractal-server/domain';
import { Endpoint, file, Input, routeInput, type InputOf } from '../http/index.js';
import { APPLICATION_CONFIG } from '../infrastructure.module.js';

const squeueInput = routeInput({ query: { scope: optional(literal('all', 'user', 'accounts'), 'all') } });

/** The queue of a cluster. Deployments for local resources have none. */
@Controller()
export class SqueueController {
  constructor(@Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/job/squeue/',
    access: 'user',
    tag: 'Job',
    operation: 'get_squeue',
    summary: 'What is in the queue of the cluster',
    input: squeueInput,
    answer: file<StreamableFile>('text/plain; charset=utf-8'),
  })
  async squeue(@Input() _input: InputOf<typeof squeueInput>): Promise<StreamableFile> {
    const text = `This endpoint is not available for FRACTAL_RUNNER_BACKEND=${this.config.runnerBackend}.`;
    throw new DomainError('refused', 'backend.no_queue', text);
  }
}
