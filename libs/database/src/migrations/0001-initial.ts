import type { MigrationInterface, QueryRunner } from 'typeorm';
import { accountsSql } from './initial/accounts.sql.js';
import { executionSql } from './initial/execution.sql.js';
import { hostKeysSql } from './initial/host-keys.sql.js';
import { identitySql } from './initial/identity.sql.js';
import { projectsSql } from './initial/projects.sql.js';
import { questionsSql } from './initial/questions.sql.js';
import { uploadsSql } from './initial/uploads.sql.js';
import { workflowsSql } from './initial/workflows.sql.js';

/** The first schema: an empty database becomes a usable one. */
export class Initial1760000000001 implements MigrationInterface {
  name = 'Initial1760000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [identitySql, projectsSql, workflowsSql, accountsSql, executionSql, questionsSql, uploadsSql, hostKeysSql]) {
      await queryRunner.query(sql);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      drop table ssh_host_key, question, queue_sight, submit_limit, account, upload_chunk, upload,
        accounting_record_slurm, accounting_record, log_line, place, work, attempt, image_unit, unit_output, unit, batch, run,
        job_image_status, job_task, job, workflow_task, workflow, workflow_template, activity, task,
        task_group, image_value_block, image_value, image, dataset, project_member, project, user_group_member, user_group,
        oauth_account, user_account, profile, resource cascade`);
  }
}
