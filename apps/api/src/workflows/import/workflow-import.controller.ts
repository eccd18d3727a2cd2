import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, type User } from '@fractal-server/database';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { ProjectAccess } from '../../projects/project-access.js';
import { viewerOf } from '../../task-groups/viewer.js';
import { getWorkflowWithSteps } from '../workflow-steps.js';
import { toWorkflowReadWithWarnings, workflowReadWithWarnings, type WorkflowReadWithWarnings } from '../workflow.schemas.js';
import { importWorkflow } from './import-workflow.js';
import { toWorkflowFile, workflowImport } from './workflow-import.schemas.js';

const importInput = routeInput({ path: { project_id: pathId() }, body: workflowImport });

/** Workflows from files (contract: api-data-model 6.8). */
@Controller()
export class WorkflowImportController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/import/',
    access: 'user',
    tag: 'Workflow Import',
    operation: 'import_workflow',
    summary: 'Make a workflow of a file, with tasks that the caller may use',
    input: importInput,
    answer: json(201, workflowReadWithWarnings),
  })
  async import(@Caller() caller: User, @Input() { path, body }: InputOf<typeof importInput>): Promise<WorkflowReadWithWarnings> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const viewer = await viewerOf(this.database, caller);
    const target = { projectId: project.id, defaultGroupName: this.config.defaultGroupName };
    const { id } = await importWorkflow(this.database, viewer, target, toWorkflowFile(body));
    return toWorkflowReadWithWarnings(await getWorkflowWithSteps(this.database, project.id, id), project, viewer);
  }
}
