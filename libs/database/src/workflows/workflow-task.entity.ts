import type { JsonObject, TaskType } from '@fractal-server/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { WorkflowEntity } from './workflow.entity.js';

/** One step of a workflow: a task with its arguments. */
@Entity('workflow_task')
export class WorkflowTaskEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column({ name: 'workflow_id', type: 'integer' })
  workflowId!: number;

  @ManyToOne(() => WorkflowEntity, (workflow) => workflow.tasks, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'workflow_id' })
  workflow?: Relation<WorkflowEntity>;

  /** Position in the workflow, from 0, without gaps. */
  @Column({ type: 'integer' })
  order!: number;

  @Column({ name: 'meta_parallel', type: 'json', nullable: true })
  metaParallel!: JsonObject | null;

  @Column({ name: 'meta_non_parallel', type: 'json', nullable: true })
  metaNonParallel!: JsonObject | null;

  @Column({ name: 'args_parallel', type: 'json', nullable: true })
  argsParallel!: JsonObject | null;

  @Column({ name: 'args_non_parallel', type: 'json', nullable: true })
  argsNonParallel!: JsonObject | null;

  /** Narrows the images that the step takes, on top of the task's input types. */
  @Column({ name: 'type_filters', type: 'json', default: {} })
  typeFilters!: Map<string, boolean>;

  /** Type of the task when it was added or last replaced. */
  @Column({ name: 'task_type', type: 'text' })
  taskType!: TaskType;

  @Column({ name: 'task_id', type: 'integer' })
  taskId!: number;

  @Column({ type: 'text', nullable: true })
  alias!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;
}
