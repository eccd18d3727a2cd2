import {
  attributeFilters,
  attributeValue,
  dict,
  imageAttributes,
  integer,
  lenientModel,
  list,
  nullable,
  omittable,
  optional,
  required,
  string,
  typeFilters,
  zarrUrl,
  type Infer,
  type AttributeValue,
  type ImageContent,
} from '@fractal-server/domain';

/** An image: as it is sent, and as it is shown. */
export const singleImage = lenientModel('SingleImage', {
  zarr_url: required(zarrUrl()),
  origin: optional(nullable(zarrUrl()), null),
  attributes: optional(imageAttributes(), () => new Map<string, AttributeValue>()),
  types: optional(typeFilters(), () => new Map<string, boolean>()),
});
export type SingleImage = Infer<typeof singleImage>;

/** What PATCH changes: given attributes or types replace the old ones as a whole. */
export const singleImageUpdate = lenientModel('SingleImageUpdate', {
  zarr_url: required(zarrUrl()),
  attributes: omittable(imageAttributes()),
  types: optional(nullable(typeFilters()), null),
});

const filterFields = {
  type_filters: optional(typeFilters(), () => new Map<string, boolean>()),
  attribute_filters: optional(attributeFilters(), () => new Map<string, AttributeValue[]>()),
} as const;

/** Which images are meant. */
export const imageQuery = lenientModel('ImageQuery', filterFields);
/** Which images are meant, perhaps just one. The URL is compared as typed. */
export const imageQueryWithZarrUrl = lenientModel('ImageQueryWithZarrUrl', {
  ...filterFields,
  zarr_url: optional(nullable(string()), null),
});

/** A part of the images that pass a filter, and what all images of the dataset carry. */
export const imagePage = lenientModel('ImagePage', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(singleImage)),
  attributes: required(dict(string(), list(attributeValue()))),
  types: required(list(string())),
});

export function toSingleImage({ zarrUrl, origin, attributes, types }: ImageContent): SingleImage {
  return { zarr_url: zarrUrl, origin, attributes: new Map(attributes), types: new Map(types) };
}

export function fromSingleImage({ zarr_url: zarrUrl, origin, attributes, types }: SingleImage): ImageContent {
  return { zarrUrl, origin, attributes, types };
}
