import { Database, migrate, lockDataset, applyImageChanges } from '@fractal-server/database';
import { startPostgres } from '@fractal-server/embedded';
import { acceptJob, EngineWorker } from '@fractal-server/engine';
import { cleanEnvironment, LocalHost, readPlace } from '@fractal-server/hosts';
import { writeFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
const sizes = process.argv[2].split(',').map(Number);
const base = mkdtempSync('/tmp/engineer/bench-');
const pg = await startPostgres({ dataDir: join(base, 'pg'), durable: true });
const admin = await Database.connect({ host: pg.host, port: pg.port, user: pg.user, password: pg.password, database: 'postgres' });
await admin.execute('create database bench');
await admin.close();
const db = await Database.connect({ host: pg.host, port: pg.port, user: pg.user, password: pg.password, database: 'bench' });
await migrate(db);
const pgCpu = () => {
  let t = 0;
  for (const l of execFileSync('ps', ['-eo', 'pid,ppid,cputimes,comm']).toString().split('\n')) {
  }
  const pids = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pg.pid ?? 0} ; echo ${pg.pid ?? 0}`])
    .toString()
    .trim()
    .split(/\s+/);
  for (const p of pids) {
    try {
      const f = readFileSync(`/proc/${p}/stat`, 'utf8');
      const r = f.slice(f.lastIndexOf(')') + 2).split(' ');
      t += Number(r[11]) + Number(r[12]) + Number(r[13]) + Number(r[14]);
    } catch {}
  }
  return t * 10;
};
const silent = {
  openSender: () => ({ send: async () => {}, close: async () => {} }),
  openReceiver: () => ({ run: async () => {}, onTrouble: () => {}, close: async () => {} }),
  close: async () => {},
};
const log = process.env.SHOW ? (l) => (f, m) => console.log(l, m, JSON.stringify(f)) : () => () => {};
const worker = new EngineWorker({
  database: db,
  queue: silent,
  host: new LocalHost(cleanEnvironment(process.env)),
  place: readPlace('bench'),
  backendTypes: ['local'],
  resourceNames: null,
  serverEnvironment: process.env,
  logger: { debug: log('d'), info: log('i'), warn: log('w'), error: log('e') },
  placeSilentSeconds: 3600,
  placeLostSeconds: 86400,
});
await worker.start();
const one = async (s, p) => (await db.query(s, p))[0].id;
const task = join(base, 'noop.sh');
writeFileSync(task, '#!/bin/sh\necho "{}" > "$4"\n');
chmodSync(task, 0o755);
const rid = await one(
  `insert into resource (type, name, jobs_local_dir, jobs_runner_config, jobs_poll_interval, tasks_local_dir, tasks_python_config, tasks_pixi_config, settings) values ('local','r',$1,'{"parallel_tasks_per_job":null}',0,'/t','{"default_version":"3","versions":{"3":"/usr/bin/python3"}}','{}','{"local_slots":4}') returning id`,
  [join(base, 'jobs')],
);
const pid = await one(`insert into profile (resource_id, resource_type, name) values ($1,'local','p') returning id`, [rid]);
const uid = await one(
  `insert into user_account (email, hashed_password, is_verified, profile_id, project_dirs) values ('a@b.c','x',true,$1,'{/data}') returning id`,
  [pid],
);
const prid = await one(`insert into project (name, resource_id) values ('p',$1) returning id`, [rid]);
const gid = await one(
  `insert into task_group (user_id, resource_id, origin, pkg_name, version, active) values ($1,$2,'other','x','1',true) returning id`,
  [uid, rid],
);
const tid = await one(
  `insert into task (name,type,command_parallel,version,output_types,task_group_id) values ('noop','parallel',$1,'1','{"done":true}',$2) returning id`,
  [task, gid],
);
const kinds = { chain: Number(process.argv[3] ?? 1) };
for (const n of sizes) {
  const did = await one(`insert into dataset (name, project_id, zarr_dir) values ('d',$1,'/d/zarr') returning id`, [prid]);
  await db.transaction(async (tx) =>
    applyImageChanges(tx, await lockDataset(tx, did), {
      inserted: Array.from({ length: n }, (_, i) => ({
        zarrUrl: `/d/zarr/${i}`,
        origin: null,
        attributes: new Map([['well', `W${i % 96}`]]),
        types: new Map(),
      })),
      updated: [],
      removed: [],
    }),
  );
  const wid = await one(`insert into workflow (name, project_id) values ($2,$1) returning id`, [prid, `w${n}-${Math.random()}`]);
  for (let k = 0; k < kinds.chain; k++)
    await one(`insert into workflow_task (workflow_id,"order",task_type,task_id) values ($1,$2,'parallel',$3) returning id`, [wid, k, tid]);
  await new Promise((r) => setTimeout(r, 300));
  const cpu0 = process.cpuUsage(),
    pg0 = pgCpu(),
    t0 = performance.now();
  const { id } = await db.transaction((tx) =>
    acceptJob(tx, {
      projectId: prid,
      workflowId: wid,
      datasetId: did,
      userId: uid,
      userEmail: 'x',
      slurmAccount: null,
      workerInit: null,
      firstTaskIndex: 0,
      lastTaskIndex: kinds.chain - 1,
      attributeFilters: {},
      typeFilters: {},
      resourceId: rid,
      profileId: pid,
      serverVersion: 'x',
      resourceType: 'local',
      jobsLocalDir: join(base, 'jobs'),
      jobsRemoteDir: null,
      firstProjectDir: '/data',
    }),
  );
  worker.dispatcher.nudge({ kind: 'job', id });
  let row, doneCpu;
  for (;;) {
    [row] = await db.query(
      'select status, state, working_dir, log, extract(epoch from end_timestamp - start_timestamp)::float8 as s from job where id=$1',
      [id],
    );
    if (row.status !== 'submitted' && !doneCpu) doneCpu = { c: process.cpuUsage(cpu0), p: pgCpu() - pg0, t: performance.now() - t0 };
    if (row.state === 'closed') break;
    await new Promise((r) => setTimeout(r, 20));
  }
  const all = process.cpuUsage(cpu0);
  const dir = join(base, 'floor', String(n));
  execFileSync('mkdir', ['-p', dir]);
  for (let i = 0; i < n; i++) writeFileSync(join(dir, `${i}-args.json`), '{"zarr_url":"x"}');
  const f0 = performance.now();
  execFileSync('sh', ['-c', `seq 0 ${n - 1} | xargs -P4 -I{} ${task} --args-json ${dir}/{}-args.json --out-json ${dir}/{}-metadiff.json`]);
  const floor = ((performance.now() - f0) / 1000) * kinds.chain;
  const u = n * kinds.chain;
  console.log(
    `n=${n}x${kinds.chain} ${row.status} job=${row.s.toFixed(3)} floor=${floor.toFixed(3)} allowed=${(1.4 * floor + 0.5).toFixed(3)} ratio=${(row.s / floor).toFixed(2)} node/unit=${((doneCpu.c.user + doneCpu.c.system) / 1000 / u).toFixed(3)} pg/unit=${(doneCpu.p / u).toFixed(3)} zipnode/unit=${((all.user + all.system - doneCpu.c.user - doneCpu.c.system) / 1000 / u).toFixed(3)} rss=${Math.round(process.memoryUsage().rss / 1e6)}`,
  );
  if (row.status !== 'done') console.log(row.log?.slice(0, 500));
}
await worker.stop();
await db.close();
await pg.stop('fast');
rmSync(base, { recursive: true, force: true });
