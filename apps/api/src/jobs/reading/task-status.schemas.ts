import { boolean, enumOf, integer, lenientModel, nullable, optional, required, union, type Infer } from '@fractal-server/domain';

const unitStatus = enumOf('HistoryUnitStatus', ['submitted', 'done', 'failed']);

/** A task that will run in the job that is under way, and never ran before. */
const taskStatusSimple = lenientModel('TaskStatusSimple', { status: required(unitStatus) });

/** A task that ran, with what became of the images. */
const taskStatusImages = lenientModel('TaskStatusImages', {
  status: required(unitStatus),
  num_submitted_images: optional(integer(), 0),
  num_done_images: optional(integer(), 0),
  num_failed_images: optional(integer(), 0),
  /** Null where images of earlier runs were counted too, so that there are more of them than this run had. */
  num_available_images: optional(nullable(integer()), 0),
  has_warnings: optional(boolean(), false),
});

/** How far a task is; null for one that never ran, and will not in the job that is under way (contract: api-execution 4). */
export const taskStatus = nullable(
  union<Infer<typeof taskStatusSimple> | Infer<typeof taskStatusImages>>(
    ['TaskStatusSimple', taskStatusSimple],
    ['TaskStatusImages', taskStatusImages],
  ),
);
export type TaskStatus = Infer<typeof taskStatus>;
