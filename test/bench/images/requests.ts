import type { ApiProcess } from './api-process.js';
import { imageAt, ZARR_DIR } from './dataset.js';

/** A request to measure. */
export interface MeasuredRequest {
  readonly what: string;
  readonly run: () => Promise<unknown>;
  /** The bare statement that answers it naively, over one connection. */
  readonly floor: () => Promise<unknown>;
  /** In milliseconds. */
  readonly target: number;
}

const PAGE = 'select zarr_url, origin, attributes, types from image where dataset_id = $1 and position >= $2 order by position limit 50';
const MATCHING = `select count(*) from image where dataset_id = $1 and attributes ->> 'half' = '1'`;
const ONE = 'select id from dataset where id = $1';
const UPDATE = 'update image set types = types where dataset_id = $1 and position = 5';

/** What clients do with a dataset of this many images. */
export function requestsOn(api: ApiProcess, projectId: number, datasetId: number, count: number): MeasuredRequest[] {
  const project = `/api/v2/project/${projectId}/`;
  const dataset = `${project}dataset/${datasetId}/`;
  const get = (path: string) => () => api.request('GET', path);
  const query = (filter: object, page: number) => () =>
    api.request('POST', `${dataset}images/query/?page=${page}&page_size=50`, JSON.stringify(filter));
  const bare =
    (sql: string, ...parameters: unknown[]) =>
    () =>
      api.database.query(sql, [datasetId, ...parameters]);
  const deep = Math.floor((count * 0.9) / 50);
  const middle = Math.floor(count / 200);
  const halfOfValues = Array.from({ length: 500 }, (_, value) => value);
  return [
    { what: 'get of a dataset', run: get(dataset), floor: bare(ONE), target: 5 },
    { what: 'list of datasets', run: get(`${project}dataset/`), floor: bare(ONE), target: 5 },
    { what: 'list across projects', run: get('/api/v2/dataset/?page=1&page_size=10'), floor: bare(ONE), target: 5 },
    { what: 'first page of 50', run: query({}, 1), floor: bare(PAGE, 0), target: 10 },
    { what: 'deep page of 50', run: query({}, deep), floor: bare(PAGE, deep * 50), target: 10 },
    { what: 'selective filter', run: query({ attribute_filters: { scattered: [7] } }, 1), floor: bare(PAGE, 0), target: 15 },
    { what: 'filter that half pass', run: query({ attribute_filters: { half: [1] } }, middle), floor: bare(MATCHING), target: 50 },
    {
      what: 'type that two thirds lack',
      run: query({ type_filters: { illumination_corrected: false } }, middle),
      floor: bare(MATCHING),
      target: 50,
    },
    {
      what: 'half by 500 values',
      run: query({ attribute_filters: { scattered: halfOfValues } }, middle),
      floor: bare(MATCHING),
      target: 50,
    },
    {
      what: 'check of unique types',
      run: () => api.request('POST', `${dataset}images/verify-unique-types/?workflowtask_id=1`, '{}'),
      floor: bare(MATCHING),
      target: 50,
    },
    ...changes(api, `${dataset}images/`, count, bare(UPDATE)),
  ];
}

function changes(api: ApiProcess, images: string, count: number, floor: () => Promise<unknown>): MeasuredRequest[] {
  let serial = 0;
  const add = () => {
    serial += 1;
    return api.request('POST', images, JSON.stringify({ ...imageAt(serial), zarr_url: `${ZARR_DIR}/new/${serial}` }));
  };
  const edit = () => {
    serial += 977;
    const index = serial % count;
    return api.request('PATCH', images, JSON.stringify({ ...imageAt(index + 1), zarr_url: imageAt(index).zarr_url }));
  };
  return [
    { what: 'POST of an image', run: add, floor, target: 10 },
    { what: 'PATCH of an image', run: edit, floor, target: 10 },
  ];
}
