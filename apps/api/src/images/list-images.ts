import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  ImageStreams,
  ImageValueCache,
  queryImagePage,
  renderImage,
  renderUrl,
  type Dataset,
  type ImageFilter,
  type ImageStream,
} from '@fractal-server/database';
import { stringifyJson } from '@fractal-server/domain';
import { JsonStream, JsonText, type PageRequest } from '../http/index.js';
import { datasetNotFound } from '../projects/project-access.js';
import { toSingleImage } from './image.schemas.js';

/** What is longer is read and written in pieces. */
const MAX_IMAGES_IN_ONE_PIECE = 1000;

/** Answers with images of a dataset, as JSON. */
@Injectable()
export class ImageLists {
  private readonly streams: ImageStreams;
  private readonly values: ImageValueCache;

  constructor(@Inject(Database) private readonly database: Database) {
    this.streams = new ImageStreams(database);
    this.values = new ImageValueCache(database);
  }

  /**
   * A page of the images that pass the filter, with the values that all images of the dataset carry (contract: api-data-model 6.4, I4). A
   * page past the end is the last one, unless no image passes.
   */
  async page(dataset: Dataset, filter: ImageFilter, request: PageRequest): Promise<JsonText | JsonStream> {
    const { page, pageSize } = request;
    // Without a size all images are meant, also those that join the list meanwhile.
    const size = pageSize ?? dataset.imageCount + MAX_IMAGES_IN_ONE_PIECE;
    if (size > MAX_IMAGES_IN_ONE_PIECE && dataset.imageCount > MAX_IMAGES_IN_ONE_PIECE) return this.longPage(dataset, filter, request);
    const found = await queryImagePage(this.database, dataset.id, filter, { skip: (page - 1) * size, size });
    if (found === null) throw datasetNotFound();
    const { attributesText, typesText } = await this.valuesOf(dataset, found.valuesVersion);
    const envelope = envelopeText(1 + Math.floor(found.skipped / size), pageSize ?? found.totalCount, found.totalCount);
    const items = stringifyJson(found.images.map(toSingleImage));
    return new JsonText(`{${envelope},"items":${items},"attributes":${attributesText},"types":${typesText}}`);
  }

  /** All images of a dataset, as an export holds them. */
  async export(dataset: Dataset): Promise<JsonStream> {
    const stream = await this.open(dataset, {});
    return new JsonStream({ name: dataset.name, zarr_dir: dataset.zarrDir, images: textsOf(stream) });
  }

  /** The URLs of the images that pass the filter. */
  async urls(dataset: Dataset, filter: ImageFilter): Promise<JsonStream> {
    return new JsonStream(textsOf(await this.open(dataset, filter, renderUrl)));
  }

  private async longPage(dataset: Dataset, filter: ImageFilter, { page, pageSize }: PageRequest): Promise<JsonStream> {
    const stream = await this.open(dataset, filter);
    try {
      const { totalCount } = stream;
      const size = pageSize ?? totalCount;
      const current = totalCount === 0 ? page : Math.min(page, Math.ceil(totalCount / size));
      const { attributesText, typesText } = await this.valuesOf(dataset, stream.valuesVersion);
      return new JsonStream({
        current_page: current,
        page_size: size,
        total_count: totalCount,
        items: textsOf(stream, { skip: (current - 1) * size, size }),
        attributes: new JsonText(attributesText),
        types: new JsonText(typesText),
      });
    } catch (error) {
      await stream.close();
      throw error;
    }
  }

  private async open(dataset: Dataset, filter: ImageFilter, render = renderImage): Promise<ImageStream> {
    const stream = await this.streams.start(dataset.id, filter, render);
    if (stream === null) throw datasetNotFound();
    return stream;
  }

  private async valuesOf(dataset: Dataset, version: number) {
    const values = await this.values.values(dataset.id, version);
    if (values === null) throw datasetNotFound();
    return values;
  }
}

function envelopeText(currentPage: number, pageSize: number, totalCount: number): string {
  return `"current_page":${currentPage},"page_size":${pageSize},"total_count":${totalCount}`;
}

async function* textsOf(stream: ImageStream, part?: { skip: number; size: number }): AsyncGenerator<JsonText> {
  for await (const texts of stream.batches(part)) yield new JsonText(texts.join(','));
}
