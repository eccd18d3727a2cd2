import { cpus, loadavg } from 'node:os';
import { ApiProcess } from './images/api-process.js';
import { exportText, imageAt } from './images/dataset.js';
import { requestsOn } from './images/requests.js';

const ROUNDS = 40;

/** One line of the table; times in milliseconds. */
interface Line {
  readonly what: string;
  readonly wall: number;
  readonly cpu: number;
  /** The same without us: the bare statement that a program would send, over one connection. */
  readonly floor?: number;
  readonly target: number;
}

/**
 * A dataset of 100,000 images over HTTP, one API process, one client; medians.
 *
 * Arguments: number of images (100000).
 */
export async function run([count = '100000']: string[]): Promise<void> {
  const api = await ApiProcess.start();
  try {
    await measure(api, Number(count));
  } finally {
    await api.stop();
  }
}

async function measure(api: ApiProcess, count: number): Promise<void> {
  const lines: Line[] = [];
  const project = JSON.parse(await api.request('POST', '/api/v2/project/', '{"name":"bench"}')) as { id: number };
  const text = exportText(count);
  const idle = api.memory().now;

  const stalls = watchStalls(api);
  let imported = { id: 0 };
  const importing = await measureTask(api, 1, async () => {
    imported = JSON.parse(await api.request('POST', `/api/v2/project/${project.id}/dataset/import/`, text)) as { id: number };
  });
  const stall = await stalls.stop();
  const importPeak = api.memory().peak;
  const bareMs = (await measureTask(api, 1, () => bareImport(api, count))).wall;
  lines.push({ what: `import of ${count} images (${(text.length / 1e6).toFixed(0)} MB)`, ...importing, floor: bareMs, target: 10_000 });

  for (const { what, run: task, floor, target } of requestsOn(api, project.id, imported.id, count)) {
    const measured = await measureTask(api, ROUNDS, task);
    lines.push({ what, ...measured, floor: (await measureTask(api, ROUNDS, floor)).wall, target });
  }

  const dataset = `/api/v2/project/${project.id}/dataset/${imported.id}/`;
  let exported = '';
  const exporting = await measureTask(api, 1, async () => {
    exported = await api.request('GET', `${dataset}export/`);
  });
  lines.push({ what: `export (${(exported.length / 1e6).toFixed(0)} MB)`, ...exporting, target: 10_000 });
  const lost = count + ROUNDS - (JSON.parse(exported) as { images: unknown[] }).images.length;

  print(
    `${count} images, one API process, medians of ${ROUNDS}, load of the machine ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`,
  );
  print(`CPU: of the API and PostgreSQL per request; floor: the bare statement that answers it naively`);
  for (const line of lines) print(rowOf(line));
  const { peak } = api.memory();
  print(
    `  memory: ${idle} MB idle, ${importPeak} MB at most during the import, ${peak} MB in all (target 400)  ${peak < 400 ? 'ok' : 'MISSED'}`,
  );
  print(`  longest wait of another request during the import: ${stall.toFixed(0)} ms; images lost: ${lost}`);
}

function rowOf({ what, wall, cpu, floor, target }: Line): string {
  const floorText = floor === undefined ? ''.padStart(15) : `floor ${milliseconds(floor)}`;
  const verdict = wall <= target ? 'ok' : 'MISSED';
  return `  ${what.padEnd(34)} ${milliseconds(wall)}  CPU ${milliseconds(cpu)}  ${floorText}  target ${milliseconds(target)}  ${verdict}`;
}

/** The same rows inserted without values and blocks, in one transaction. */
async function bareImport(api: ApiProcess, count: number): Promise<void> {
  await api.database.transaction(async (transaction) => {
    await transaction.execute('create table bare_image (position bigint primary key, zarr_url text unique, attributes json, types json)');
    for (let start = 0; start < count; start += 4096) {
      const images = numbers(Math.min(4096, count - start)).map((index) => imageAt(start + index));
      const columns = [
        images.map((_, index) => start + index),
        images.map((image) => image.zarr_url),
        images.map((image) => JSON.stringify(image.attributes)),
        images.map((image) => JSON.stringify(image.types)),
      ];
      await transaction.execute('insert into bare_image select * from unnest($1::bigint[], $2::text[], $3::json[], $4::json[])', columns);
    }
  });
}

/** Asks for something small again and again; the longest answer tells how long the event loop was busy. */
function watchStalls(api: ApiProcess): { stop(): Promise<number> } {
  let isOver = false;
  let longest = 0;
  const watching = (async () => {
    while (!isOver) {
      const started = performance.now();
      await api.request('GET', '/api/alive/');
      longest = Math.max(longest, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return longest;
    },
  };
}

/** Median of the wall time, mean of the CPU time. */
async function measureTask(api: ApiProcess, rounds: number, task: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const times: number[] = [];
  const cpuBefore = api.cpu();
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await task();
    times.push(performance.now() - started);
  }
  const cpu = (api.cpu() - cpuBefore) / rounds;
  return { wall: times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!, cpu };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`.padStart(9);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
