import { ApiProcess } from './images/api-process.js';
import { exportText, imageAt, ZARR_DIR } from './images/dataset.js';

const ROUNDS = 40;

/** One line of the table; times in milliseconds. */
interface Line {
  readonly what: string;
  readonly measured: number;
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
  const importing = performance.now();
  const imported = JSON.parse(await api.request('POST', `/api/v2/project/${project.id}/dataset/import/`, text)) as { id: number };
  const importMs = performance.now() - importing;
  const stall = await stalls.stop();
  const importPeak = api.memory().peak;
  lines.push({
    what: `import of ${count} images (${(text.length / 1e6).toFixed(0)} MB)`,
    measured: importMs,
    floor: await bareImport(api, count),
    target: 10_000,
  });

  const dataset = `/api/v2/project/${project.id}/dataset/${imported.id}/`;
  const query = (filter: object, page: string) => () => api.request('POST', `${dataset}images/query/?${page}`, JSON.stringify(filter));
  const bare =
    (sql: string, parameters: unknown[] = []) =>
    async () => {
      await api.database.query(sql, [imported.id, ...parameters]);
    };
  const page = 'select zarr_url, origin, attributes, types from image where dataset_id = $1 and position >= $2 order by position limit 50';
  const deep = Math.floor((count * 0.9) / 50);
  const matching = `select count(*) from image where dataset_id = $1 and attributes ->> 'half' = '1'`;
  const one = 'select id from dataset where id = $1';
  const tasks: [what: string, run: () => Promise<unknown>, floor: () => Promise<unknown>, target: number][] = [
    ['get of a dataset', () => api.request('GET', dataset), bare(one), 5],
    ['list of datasets', () => api.request('GET', `/api/v2/project/${project.id}/dataset/`), bare(one), 5],
    ['list across projects', () => api.request('GET', '/api/v2/dataset/?page=1&page_size=10'), bare(one), 5],
    ['first page of 50', query({}, 'page=1&page_size=50'), bare(page, [0]), 10],
    ['deep page of 50', query({}, `page=${deep}&page_size=50`), bare(page, [deep * 50]), 10],
    ['selective filter', query({ attribute_filters: { scattered: [7] } }, 'page=1&page_size=50'), bare(page, [0]), 15],
    ['filter that half pass', query({ attribute_filters: { half: [1] } }, 'page=500&page_size=50'), bare(matching), 50],
    ['type that two thirds lack', query({ type_filters: { illumination_corrected: false } }, 'page=500&page_size=50'), bare(matching), 50],
    ['half by 500 values', query({ attribute_filters: { scattered: numbers(500) } }, 'page=500&page_size=50'), bare(matching), 50],
    [
      'check of unique types',
      () => api.request('POST', `${dataset}images/verify-unique-types/?workflowtask_id=1`, '{}'),
      bare(matching),
      50,
    ],
  ];
  for (const [what, task, floor, target] of tasks) lines.push({ what, measured: await median(task), floor: await median(floor), target });

  let serial = count;
  const update = `update image set types = types where dataset_id = $1 and position = 5`;
  const add = () =>
    api.request('POST', `${dataset}images/`, JSON.stringify({ ...imageAt(serial % count), zarr_url: `${ZARR_DIR}/new/${(serial += 1)}` }));
  const edit = () => {
    const index = (serial += 977) % count;
    return api.request('PATCH', `${dataset}images/`, JSON.stringify({ ...imageAt(index + 1), zarr_url: imageAt(index).zarr_url }));
  };
  lines.push({ what: 'POST of an image', measured: await median(add), floor: await median(bare(update)), target: 10 });
  lines.push({ what: 'PATCH of an image', measured: await median(edit), floor: await median(bare(update)), target: 10 });
  const exporting = performance.now();
  const exported = await api.request('GET', `${dataset}export/`);
  lines.push({ what: `export (${(exported.length / 1e6).toFixed(0)} MB)`, measured: performance.now() - exporting, target: 10_000 });
  const lost = count + ROUNDS - (JSON.parse(exported) as { images: unknown[] }).images.length;

  print(`${count} images, one API process, medians of ${ROUNDS}; floor: the bare statement that answers it naively`);
  for (const { what, measured, floor, target } of lines) {
    const floorText = floor === undefined ? ''.padStart(13) : `floor ${milliseconds(floor)}`;
    print(
      `  ${what.padEnd(34)} ${milliseconds(measured)}   ${floorText}   target ${milliseconds(target)}  ${measured <= target ? 'ok' : 'MISSED'}`,
    );
  }
  const peak = api.memory().peak;
  print(
    `  memory: ${idle} MB idle, ${importPeak} MB at most during the import, ${peak} MB in all (target 400)  ${peak < 400 ? 'ok' : 'MISSED'}`,
  );
  print(`  longest wait of another request during the import: ${stall.toFixed(0)} ms; images lost: ${lost}`);
}

/** The same rows inserted without values and blocks, in one transaction. */
async function bareImport(api: ApiProcess, count: number): Promise<number> {
  const started = performance.now();
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
  return performance.now() - started;
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

async function median(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await task();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
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
