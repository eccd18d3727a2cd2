import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchSystem } from './jobs/bench-system.js';
import { BenchWorkflow, imageUrl, NO_OP, readStamp } from './jobs/bench-workflow.js';
import { xargsFloor } from './jobs/xargs-floor.js';

/**
 * Between two looks of the client where the CPU counts: answering one takes 2 ms of it, and a hundred looks a second would be most of what is measured.
 * What a job takes is measured up to so much too long.
 */
const LOOK_MS = 50;
/** Seconds after which processes have come to rest: within a minute V8 collects what the work before left, once, for 0.1 to 0.4 s of CPU. */
const SETTLE_SECONDS = 60;
/** Seconds over which waiting and idling are measured. */
const REST_SECONDS = 60;

/** One line of the table. */
interface Line {
  readonly what: string;
  readonly measured: string;
  readonly floor: string;
  readonly target: string;
  readonly isMet: boolean;
}

/**
 * Jobs on the local backend, from the request to `done`, against `xargs -P4` in the same run. Medians.
 *
 * Arguments: rounds (3), then the parts to run (all).
 */
export async function run([rounds = '3', ...wanted]: string[]): Promise<void> {
  // Waiting before merging: autovacuum is busy for a minute or two with the rows of the largest merge.
  const parts = { throughput, latency, idling, merging };
  const system = await BenchSystem.start();
  const lines: Line[] = [];
  const note = (line: Line): void => {
    lines.push(line);
    console.log(
      `${line.isMet ? ' ' : '!'} ${line.what.padEnd(52)} ${line.measured.padStart(24)}  floor ${line.floor.padStart(9)}  target ${line.target}`,
    );
  };
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (wanted.length === 0 || wanted.includes(name)) await part(system, note, Number(rounds));
    }
  } finally {
    await system.stop();
  }
  const missed = lines.filter(({ isMet }) => !isMet).length;
  console.log(`${lines.length - missed} of ${lines.length} targets met`);
}

async function throughput(system: BenchSystem, note: (line: Line) => void, rounds: number): Promise<void> {
  const noOp = { parallel: NO_OP };
  const init = `#!/bin/sh\ncp "$(dirname "$0")/items.json" "$4"\n`;
  const cases = [
    { what: '1,000 no-op units', units: 1_000, images: 1_000, tasks: [noOp], slackMs: 500 },
    { what: '5,000 no-op units', units: 5_000, images: 5_000, tasks: [noOp], slackMs: 500 },
    { what: 'chain of 5 tasks x 1,000 units', units: 5_000, images: 1_000, tasks: Array.from({ length: 5 }, () => noOp), slackMs: 1_500 },
    { what: 'compound task of 1,000 units', units: 1_000, images: 1_000, tasks: [{ parallel: NO_OP, nonParallel: init }], slackMs: 500 },
  ];
  for (const { what, units, images, tasks, slackMs } of cases) {
    const took: number[] = [];
    const floors: number[] = [];
    const cpuMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const workflow = await BenchWorkflow.make(system, images, tasks);
      const items = Array.from({ length: images }, (_, index) => ({ zarr_url: imageUrl(workflow.zarrDir, index) }));
      await writeFile(join(system.folder, 'tasks', 'items.json'), JSON.stringify({ parallelization_list: items }));
      floors.push(await xargsFloor(system.folder, units));
      const before = system.cpuSeconds();
      const job = await workflow.run({ pollMs: LOOK_MS });
      took.push(job.doneAt - job.sentAt);
      cpuMs.push(((system.cpuSeconds() - before) * 1_000) / units);
    }
    const [ms, floor, cpu] = [median(took), median(floors), median(cpuMs)];
    const target = 1.4 * floor + slackMs;
    note({
      what,
      measured: `${ms.toFixed(0)} ms (x ${(ms / floor).toFixed(2)})`,
      floor: `${floor.toFixed(0)} ms`,
      target: `${target.toFixed(0)} ms (1.4 x + ${slackMs} ms)`,
      isMet: ms <= target,
    });
    note({ what: `  our own CPU per unit`, measured: `${cpu.toFixed(2)} ms`, floor: '', target: '0.8 ms', isMet: cpu <= 0.8 });
  }
}

async function latency(system: BenchSystem, note: (line: Line) => void): Promise<void> {
  const stamped = `#!/bin/sh\ndate +%s%N > "$4.started"\necho '{}' > "$4"\ndate +%s%N > "$4.ended"\n`;
  const starts: number[] = [];
  const ends: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const workflow = await BenchWorkflow.make(system, 1, [{ parallel: stamped }]);
    await sleep(500);
    const job = await workflow.run();
    const task = (await readdir(job.workingDir)).find((name) => name.startsWith('0_'));
    const out = join(job.workingDir, task ?? '', 'par-000000-0000000-metadiff.json');
    starts.push((await readStamp(`${out}.started`)) - job.sentAt);
    ends.push(job.doneAt - (await readStamp(`${out}.ended`)));
  }
  const [start, end] = [median(starts), median(ends)];
  note({
    what: 'submit to first unit started, idle',
    measured: `${start.toFixed(0)} ms`,
    floor: '',
    target: '250 ms',
    isMet: start <= 250,
  });
  note({ what: 'last unit ended to job done', measured: `${end.toFixed(0)} ms`, floor: '', target: '250 ms', isMet: end <= 250 });
}

async function merging(system: BenchSystem, note: (line: Line) => void): Promise<void> {
  const times = new Map<number, number>();
  const one = `#!/bin/sh\nread -r args < "$2"; url=\${args#*'"zarr_url":"'}\necho '{"image_list_updates":[{"zarr_url":"'"\${url%%'"'*}"'","types":{"seen":true}}]}' > "$4"\n`;
  const each = await BenchWorkflow.make(system, 10_000, [{ parallel: one }]);
  const floor = await xargsFloor(system.folder, 10_000);
  const eachJob = await each.run();
  const eachMs = eachJob.doneAt - eachJob.sentAt;
  note({
    what: '10,000 units that update one image each',
    measured: `${eachMs} ms (x ${(eachMs / floor).toFixed(2)})`,
    floor: `${floor.toFixed(0)} ms`,
    target: `${(1.4 * floor + 1_500).toFixed(0)} ms`,
    isMet: eachMs <= 1.4 * floor + 1_500,
  });
  for (const [count, targetMs] of [
    [5_000, 1_000],
    [10_000, 1_000],
    [100_000, 15_000],
  ] as const) {
    const update = `#!/bin/sh\ncp "$(dirname "$0")/updates.json" "$4"\ndate +%s%N > "$(dirname "$0")/ended"\n`;
    const workflow = await BenchWorkflow.make(system, count, [{ nonParallel: update }]);
    const updates = Array.from({ length: count }, (_, index) => ({ zarr_url: imageUrl(workflow.zarrDir, index), types: { seen: true } }));
    await writeFile(join(system.folder, 'tasks', 'updates.json'), JSON.stringify({ image_list_updates: updates }));
    const job = await workflow.run();
    const ms = job.doneAt - (await readStamp(join(system.folder, 'tasks', 'ended')));
    times.set(count, ms);
    const what = `one unit that updates ${count.toLocaleString('en')} images, after it`;
    note({ what, measured: `${ms.toFixed(0)} ms`, floor: '', target: `${targetMs} ms`, isMet: ms <= targetMs });
  }
  const growth = times.get(10_000)! / times.get(5_000)!;
  note({ what: '  t(10,000) / t(5,000)', measured: growth.toFixed(2), floor: '', target: '2.2', isMet: growth <= 2.2 });
  const { api, worker } = system.residentMiB();
  const largest = Math.max(api, worker);
  const measured = `API ${api.toFixed(0)}, worker ${worker.toFixed(0)} MiB`;
  note({ what: '  resident after 100,000 images', measured, floor: '', target: '400 MB', isMet: largest <= 400 });
}

async function idling(system: BenchSystem, note: (line: Line) => void): Promise<void> {
  const unit = `#!/bin/sh\nsleep ${SETTLE_SECONDS + REST_SECONDS + 3}\necho '{}' > "$4"\n`;
  const whileRunning = async (pollMs: number): Promise<number> => {
    const workflow = await BenchWorkflow.make(system, 4, [{ parallel: unit }]);
    const running = workflow.run({ pollMs });
    const share = await coreShare(system);
    await running;
    return share;
  };
  const noteShare = (what: string, share: number, target: number): void =>
    note({ what, measured: `${(share * 100).toFixed(2)} % of a core`, floor: '', target: `< ${target * 100} %`, isMet: share < target });
  noteShare('four units running', await whileRunning((SETTLE_SECONDS + REST_SECONDS + 1) * 1_000), 0.01);
  // The looks themselves are requests, not waiting.
  noteShare('  and a client that looks each second', await whileRunning(1_000), 0.02);
  noteShare('idle', await coreShare(system), 0.01);
}

/** The share of a core that the system uses at rest. */
async function coreShare(system: BenchSystem): Promise<number> {
  await sleep(SETTLE_SECONDS * 1_000);
  const before = system.cpuSeconds();
  await sleep(REST_SECONDS * 1_000);
  return (system.cpuSeconds() - before) / REST_SECONDS;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
