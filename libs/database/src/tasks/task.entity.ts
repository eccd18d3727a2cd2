import type { JsonObject, TaskType } from '@fractal-server/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { TaskGroupEntity } from '../task-groups/task-group.entity.js';

/** A task of a task group: the commands that it runs and what is known about its arguments. */
@Entity('task')
export class TaskEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  type!: TaskType;

  @Column({ name: 'command_non_parallel', type: 'text', nullable: true })
  commandNonParallel!: string | null;

  @Column({ name: 'command_parallel', type: 'text', nullable: true })
  commandParallel!: string | null;

  /** Default meta of workflow tasks that use this task. */
  @Column({ name: 'meta_non_parallel', type: 'json', default: {} })
  metaNonParallel!: JsonObject;

  /** Default meta of workflow tasks that use this task. */
  @Column({ name: 'meta_parallel', type: 'json', default: {} })
  metaParallel!: JsonObject;

  @Column({ type: 'text' })
  version!: string;

  @Column({ name: 'args_schema_non_parallel', type: 'json', nullable: true })
  argsSchemaNonParallel!: JsonObject | null;

  @Column({ name: 'args_schema_parallel', type: 'json', nullable: true })
  argsSchemaParallel!: JsonObject | null;

  @Column({ name: 'args_schema_version', type: 'text', nullable: true })
  argsSchemaVersion!: string | null;

  @Column({ name: 'docs_info', type: 'text', nullable: true })
  docsInfo!: string | null;

  @Column({ name: 'docs_link', type: 'text', nullable: true })
  docsLink!: string | null;

  /** Types that an image must have to be processed. */
  @Column({ name: 'input_types', type: 'json', default: {} })
  inputTypes!: Map<string, boolean>;

  /** Types that processed images have afterwards. */
  @Column({ name: 'output_types', type: 'json', default: {} })
  outputTypes!: Map<string, boolean>;

  @Column({ name: 'task_group_id', type: 'integer' })
  taskGroupId!: number;

  @ManyToOne(() => TaskGroupEntity, (taskGroup) => taskGroup.tasks, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'task_group_id' })
  taskGroup?: Relation<TaskGroupEntity>;

  @Column({ type: 'text', nullable: true })
  category!: string | null;

  @Column({ type: 'text', nullable: true })
  modality!: string | null;

  @Column({ type: 'text', nullable: true })
  authors!: string | null;

  @Column({ type: 'json', default: [] })
  tags!: string[];

  /** Set by admins: the task is one of those that the deployment stands behind. */
  @Column({ name: 'is_core', type: 'boolean', default: false })
  isCore!: boolean;
}
