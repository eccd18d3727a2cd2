import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { AdminJobsController } from './admin-jobs.controller.js';
import { DownloadController } from './download/download.controller.js';
import { EndJobsController } from './ending/end-jobs.controller.js';
import { EndJobs } from './ending/end-jobs.js';
import { ExplainController } from './explain/explain.controller.js';
import { JobAccess } from './job-access.js';
import { JobsController } from './reading/jobs.controller.js';
import { LatestJobController } from './reading/latest-job.controller.js';
import { TaskStatuses } from './reading/task-statuses.js';
import { Questions } from '../questions/questions.js';
import { SqueueController } from './squeue/squeue.controller.js';
import { SubmissionController } from './submission/submission.controller.js';
import { SubmitJob } from './submission/submit-job.js';

/** Jobs: submission, lists, files, end. */
@Module({
  imports: [ProjectsModule],
  controllers: [
    SubmissionController,
    JobsController,
    LatestJobController,
    DownloadController,
    EndJobsController,
    SqueueController,
    ExplainController,
    AdminJobsController,
  ],
  providers: [JobAccess, SubmitJob, EndJobs, TaskStatuses, Questions],
})
export class JobsModule {}
