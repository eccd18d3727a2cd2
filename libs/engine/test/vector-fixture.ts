import type { Database } from '@fractal-server/database';
import { attributesFromJson, parseJson, typesFromJson, type ImageContent } from '@fractal-server/domain';
import type { FakeTask, WorkflowFixture, WorkflowParts } from './workflow-fixture.js';

type Fields = Record<string, unknown>;

/** An executed case of the reference; `about` in the file says what its fields mean. */
export interface Vector {
  readonly id: string;
  readonly description: string;
  readonly input: {
    readonly zarr_dir: string;
    readonly images: readonly Fields[];
    readonly tasks: readonly FakeTask[];
    readonly job_attribute_filters?: Fields;
    readonly job_type_filters?: Fields;
    readonly previous_history?: readonly { zarr_url: string; status: string }[];
    readonly resource_prevents_new_submissions?: boolean;
    readonly runner_config?: Fields;
  };
  readonly expected: {
    readonly images: readonly Fields[];
    readonly image_order_undefined?: true;
    readonly history_runs: readonly Fields[];
    readonly history_units: readonly Fields[];
    readonly image_cache: readonly { workflow_task: number; zarr_url: string; unit: number }[];
    readonly accounting: readonly Fields[];
    readonly task_arguments: Fields;
    readonly files: readonly string[];
    readonly error: { readonly code: string; readonly raised_as: string } | null;
  };
}

/** What the vector's workflow, dataset and resource are made of. */
export function toFixtureParts({ input }: Vector): WorkflowParts {
  return {
    tasks: input.tasks,
    zarrDir: input.zarr_dir,
    images: input.images.map(toImage),
    runnerConfig: input.runner_config,
    isResourceClosed: input.resource_prevents_new_submissions,
  };
}

/** Units of an earlier job on some of the images. @returns their ids with the numbers that the vector gives them (from 9000) */
export async function addPreviousHistory(database: Database, fixture: WorkflowFixture, { input }: Vector): Promise<Map<number, number>> {
  const numbers = new Map<number, number>();
  const history = input.previous_history ?? [];
  if (history.length === 0) return numbers;
  const { person, datasetId, workflowId, workflowTaskIds } = fixture;
  const [job] = await database.query<{ id: number }>(
    `insert into job (project_id, workflow_id, dataset_id, user_id, user_email, first_task_index, last_task_index, project_dump, workflow_dump,
       dataset_dump, working_dir, working_dir_user, start_timestamp, status, fractal_server_version, state, resource_id, resource_snapshot,
       profile_snapshot, cache_dir, outcome)
     values ($1, $2, $3, $4, 'x', 0, 0, '{}', '{}', '{}', '/x', '/x', now(), 'done', 'x', 'closed', $5, '{}', '{}', '/x', 'done') returning id`,
    [person.projectId, workflowId, datasetId, person.userId, person.resourceId],
  );
  const [run] = await database.query<{ id: number }>(
    `insert into run (dataset_id, workflow_task_id, job_id, workflow_task_dump, task_group_dump, status, num_available_images, state, position)
     values ($1, $2, $3, '{}', '{}', 'done', 0, 'done', 0) returning id`,
    [datasetId, workflowTaskIds[0], job!.id],
  );
  for (const { zarr_url, status } of history) {
    const [unit] = await database.query<{ id: number }>(
      `insert into unit (run_id, logfile, status, zarr_urls) values ($1, '/x', $2, array[$3]) returning id`,
      [run!.id, status, zarr_url],
    );
    await database.execute('insert into image_unit (dataset_id, workflow_task_id, zarr_url, unit_id) values ($1, $2, $3, $4)', [
      datasetId,
      workflowTaskIds[0],
      zarr_url,
      unit!.id,
    ]);
    numbers.set(unit!.id, 9000 + numbers.size);
  }
  return numbers;
}

function toImage(image: Fields): ImageContent {
  const json = (value: unknown) => parseJson(JSON.stringify(value ?? {}));
  return {
    zarrUrl: String(image['zarr_url']),
    origin: (image['origin'] as string | null | undefined) ?? null,
    attributes: attributesFromJson(json(image['attributes'])),
    types: typesFromJson(json(image['types'])),
  };
}
