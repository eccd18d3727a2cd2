import { Controller, Inject } from '@nestjs/common';
import { countAccountingRecords, Database, listAccountedSlurmJobs, listAccountingRecords } from '@fractal-server/database';
import { integer, list } from '@fractal-server/domain';
import { Endpoint, Input, json, offsetAndLimit, pageOf, routeInput, type InputOf, type Page } from '../../http/index.js';
import { accountingPage, accountingQuery, slurmAccountingQuery, toAccountingFilter, toAccountingRecordRead } from './accounting.schemas.js';

const recordsInput = routeInput({ body: accountingQuery, paged: true });
const slurmInput = routeInput({ body: slurmAccountingQuery });

/** What was executed, for whom (contract: auth-admin 5.1). */
@Controller()
export class AccountingController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Endpoint({
    method: 'POST',
    path: '/admin/v2/accounting/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'query_accounting',
    summary: 'The records of executed tasks that pass a filter, by id',
    input: recordsInput,
    answer: json(200, accountingPage),
  })
  async records(@Input() { body, page }: InputOf<typeof recordsInput>): Promise<Page<ReturnType<typeof toAccountingRecordRead>>> {
    const filter = toAccountingFilter(body);
    const totalCount = await countAccountingRecords(this.database, filter);
    const records = await listAccountingRecords(this.database, filter, offsetAndLimit(page));
    return pageOf(page, totalCount, records.map(toAccountingRecordRead));
  }

  @Endpoint({
    method: 'POST',
    path: '/admin/v2/accounting/slurm/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'query_accounting_slurm',
    summary: "SLURM's ids of the jobs that pass a filter",
    input: slurmInput,
    answer: json(200, list(integer())),
  })
  async slurmJobs(@Input() { body }: InputOf<typeof slurmInput>): Promise<number[]> {
    const { fractal_job_id: jobId, resource_id: resourceId } = body;
    return listAccountedSlurmJobs(this.database, { ...toAccountingFilter(body), jobId, resourceId });
  }
}
