import { stringifyJson } from '@fractal-server/domain';
import type pg from 'pg';
import type { Database } from '../connection/database.js';
import { HIT, hitParameters, type ImageFilter } from './image-filter.js';
import { POSITIONS_PER_BLOCK } from './image-writer.sql.js';

/** How the JSON text of one image is made. Its JSON columns come as text, and go out as they are. */
export type ImageRendering = (row: ImageTextRow) => string;

export interface ImageTextRow {
  readonly zarr_url: string;
  readonly origin: string | null;
  readonly attributes: string;
  readonly types: string;
}

/** An image as the API shows it. */
export const renderImage: ImageRendering = ({ zarr_url, origin, attributes, types }) =>
  `{"zarr_url":${stringifyJson(zarr_url)},"origin":${stringifyJson(origin)},"attributes":${attributes},"types":${types}}`;

/** The URL alone. */
export const renderUrl: ImageRendering = ({ zarr_url }) => stringifyJson(zarr_url);

/** All images that pass a filter, as of one moment. Hold it no longer than needed, and end it with `close`. */
export interface ImageStream {
  readonly totalCount: number;
  /** Which state of the dataset's values belongs to it (see `ImageValueCache`). */
  readonly valuesVersion: number;
  /** The JSON texts of the images in the order of the list, or of a part of it, some at a time. Closes the stream at its end. */
  batches(part?: { readonly skip: number; readonly size: number }): AsyncGenerator<string[], void, undefined>;
  /** May be called twice. */
  close(): Promise<void>;
}

/** Streams take a connection for as long as their reader takes: this many at once leave enough for everybody else. */
const MAX_OPEN_STREAMS = 3;
const IMAGES_PER_BATCH = 1000;
/** A reader that has not asked for more for this long loses its stream. */
const STALLED_AFTER = '30s';

const BLOCKS = /* sql */ `
with ${HIT}
select d.image_values_version as version, hit.block, hit.bits
  from dataset d left join hit on bit_count(hit.bits) > 0
 where d.id = $1
 order by hit.block`;

const IMAGES = /* sql */ `
select zarr_url, origin, attributes::text, types::text
  from image where dataset_id = $1 and position = any($2::bigint[])
 order by position`;

interface BlockRow {
  readonly version: number;
  readonly block: number | null;
  readonly bits: string | null;
}

/** Reads lists of images that are too long for one piece. */
export class ImageStreams {
  private open = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly database: Database) {}

  /**
   * Opens a stream; waits while too many are open.
   *
   * @returns null when there is no such dataset
   */
  async start(datasetId: number, filter: ImageFilter, render: ImageRendering): Promise<ImageStream | null> {
    const snapshot = await this.snapshot();
    try {
      const { rows } = await snapshot.client.query<BlockRow>(BLOCKS, hitParameters(datasetId, filter));
      const first = rows[0];
      if (first === undefined) {
        await snapshot.close();
        return null;
      }
      const positions = rows.flatMap(positionsOf);
      return {
        totalCount: positions.length,
        valuesVersion: first.version,
        batches: ({ skip, size } = { skip: 0, size: positions.length }) =>
          readInBatches(snapshot, datasetId, positions.slice(skip, skip + size), render),
        close: () => snapshot.close(),
      };
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  /** A connection that sees the database as it is now until it is closed. */
  private async snapshot(): Promise<Snapshot> {
    await this.enter();
    let client: pg.PoolClient | undefined;
    let isOpen = true;
    let isBroken = false;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      // The transaction only read: ending its connection is as good as ending it, should the latter fail.
      const ended = isBroken ? Promise.reject(new Error('broken')) : (client?.query('commit') ?? Promise.resolve());
      const failed = await ended.then(
        () => false,
        () => true,
      );
      client?.release(failed);
      this.leave();
    };
    try {
      client = await this.database.connection();
      // PostgreSQL ends a stalled transaction, or goes away.
      client.on('error', () => {
        isBroken = true;
        void close();
      });
      await client.query('begin isolation level repeatable read, read only');
      await client.query(`set local idle_in_transaction_session_timeout = '${STALLED_AFTER}'`);
      return { client, close };
    } catch (error) {
      isBroken = true;
      await close();
      throw error;
    }
  }

  private async enter(): Promise<void> {
    if (this.open < MAX_OPEN_STREAMS) {
      this.open += 1;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place to who waits longest. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.open -= 1;
    else next();
  }
}

interface Snapshot {
  readonly client: pg.PoolClient;
  close(): Promise<void>;
}

async function* readInBatches(
  snapshot: Snapshot,
  datasetId: number,
  positions: readonly number[],
  render: ImageRendering,
): AsyncGenerator<string[], void, undefined> {
  try {
    for (let start = 0; start < positions.length; start += IMAGES_PER_BATCH) {
      const batch = positions.slice(start, start + IMAGES_PER_BATCH);
      const { rows } = await snapshot.client.query<ImageTextRow>(IMAGES, [datasetId, batch]);
      yield rows.map(render);
    }
  } finally {
    await snapshot.close();
  }
}

function positionsOf({ block, bits }: BlockRow): number[] {
  if (block === null || bits === null) return [];
  const positions: number[] = [];
  for (let bit = bits.indexOf('1'); bit !== -1; bit = bits.indexOf('1', bit + 1)) positions.push(block * POSITIONS_PER_BLOCK + bit);
  return positions;
}
