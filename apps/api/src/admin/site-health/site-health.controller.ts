import { Controller, Inject } from '@nestjs/common';
import { Database, getResource } from '@fractal-server/database';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { siteHealthRead, type SiteHealthRead } from './site-health.schemas.js';
import { SiteWatch, type SeenProbe } from './site-watch.js';

const healthInput = routeInput({ path: { resource_id: pathId() } });

/** Whether a resource's folders are where the server needs them. Additive. */
@Controller()
export class SiteHealthController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SiteWatch) private readonly watch: SiteWatch,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/resource/{resource_id}/health/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_resource_health',
    summary: 'Whether the API sees the folder of jobs as the workers of a resource do',
    input: healthInput,
    answer: json(200, siteHealthRead),
  })
  async get(@Input() { path }: InputOf<typeof healthInput>): Promise<SiteHealthRead> {
    const { id, jobsLocalDir } = await getResource(this.database, path.resource_id);
    const seen = await this.watch.look(id);
    return { resource_id: id, jobs_local_dir: jobsLocalDir, status: statusOf(seen), places: seen.map(toPlace) };
  }
}

function statusOf(seen: readonly SeenProbe[]): string {
  if (seen.length === 0) return 'unknown';
  return seen.every(({ reason }) => reason === null) ? 'shared' : 'not shared';
}

function toPlace({ probe, reason }: SeenProbe): SiteHealthRead['places'][number] {
  return { place: probe.place, probed_at: probe.leftAt, is_shared: reason === null, reason };
}
