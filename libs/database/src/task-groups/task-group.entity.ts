import { Column, Entity, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { TaskEntity } from '../tasks/task.entity.js';

/** How a task group was made. */
export type TaskGroupOrigin = 'pypi' | 'wheel-file' | 'pixi' | 'other';

/** Tasks that were made together (one package in one version), the environment they run in, and who may use them. */
@Entity('task_group')
export class TaskGroupEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  /** The owner. */
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** Members of this user group may use the tasks; null: only the owner. */
  @Column({ name: 'user_group_id', type: 'integer', nullable: true })
  userGroupId!: number | null;

  @Column({ name: 'resource_id', type: 'integer' })
  resourceId!: number;

  @Column({ type: 'text' })
  origin!: TaskGroupOrigin;

  @Column({ name: 'pkg_name', type: 'text' })
  pkgName!: string;

  @Column({ type: 'text' })
  version!: string;

  @Column({ name: 'python_version', type: 'text', nullable: true })
  pythonVersion!: string | null;

  @Column({ name: 'pixi_version', type: 'text', nullable: true })
  pixiVersion!: string | null;

  @Column({ type: 'text', nullable: true })
  path!: string | null;

  @Column({ name: 'venv_path', type: 'text', nullable: true })
  venvPath!: string | null;

  @Column({ name: 'archive_path', type: 'text', nullable: true })
  archivePath!: string | null;

  @Column({ name: 'pip_extras', type: 'text', nullable: true })
  pipExtras!: string | null;

  @Column({ name: 'pinned_package_versions_pre', type: 'json', default: {} })
  pinnedPackageVersionsPre!: Map<string, string>;

  @Column({ name: 'pinned_package_versions_post', type: 'json', default: {} })
  pinnedPackageVersionsPost!: Map<string, string>;

  /** What is installed (`pip freeze`, or a pixi lock file); never shown on the wire. */
  @Column({ name: 'env_info', type: 'text', nullable: true })
  envInfo!: string | null;

  /** False: its tasks cannot be added to workflows, and its environment may be gone from disk. */
  @Column({ type: 'boolean' })
  active!: boolean;

  @Column({ name: 'timestamp_created', type: 'timestamptz', default: () => 'clock_timestamp()' })
  timestampCreated!: string;

  @Column({ name: 'timestamp_last_used', type: 'timestamptz', default: () => 'clock_timestamp()' })
  timestampLastUsed!: string;

  @OneToMany(() => TaskEntity, (task) => task.taskGroup)
  tasks?: Relation<TaskEntity[]>;
}
