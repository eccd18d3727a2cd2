import { Column, Entity, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { WorkflowTaskEntity } from './workflow-task.entity.js';

/** A named list of workflow tasks in a project. */
@Entity('workflow')
export class WorkflowEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  /** Unique within the project. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'project_id', type: 'integer' })
  projectId!: number;

  @Column({ name: 'is_starred', type: 'boolean', default: false })
  isStarred!: boolean;

  @Column({ name: 'timestamp_created', type: 'timestamptz', default: () => 'clock_timestamp()' })
  timestampCreated!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** The template that this workflow was imported from. */
  @Column({ name: 'template_id', type: 'integer', nullable: true })
  templateId!: number | null;

  @OneToMany(() => WorkflowTaskEntity, (workflowTask) => workflowTask.workflow)
  tasks?: Relation<WorkflowTaskEntity[]>;
}
