import type { ImageRead } from './wire.js';

/** What `demo/measure.py` reads from the output of one well. */
export interface WellNumbers {
  readonly shape: readonly number[];
  readonly rawSum: number;
  readonly correctedMean: number;
  readonly projectedMean: number;
  readonly projectedMax: number;
  readonly projectionIsExact: boolean;
  readonly nuclei: number;
  readonly labelledFraction: number;
  readonly featureRows: number;
  readonly areaSum: number;
  readonly intensityMean: number;
}

export type ExpectedNumbers = Omit<WellNumbers, 'projectionIsExact' | 'featureRows'>;
export type ByWell<T> = Readonly<Record<string, T>>;

/** One comparison of the result with what it should be. */
export interface Check {
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  readonly passed: boolean;
}

/** The numerical libraries that the packages bring may differ in version, and with them the last digits. */
const TOLERANCE = 0.02;

const TOLERANT_NUMBERS = [
  ['correctedMean', 'mean after illumination correction'],
  ['projectedMean', 'mean of the maximum projection'],
  ['projectedMax', 'maximum of the projection'],
  ['nuclei', 'labelled nuclei'],
  ['labelledFraction', 'labelled fraction'],
  ['areaSum', "sum of the nuclei's areas"],
  ['intensityMean', 'mean intensity of the nuclei'],
] as const;

/** Compares the numbers of one well. */
export function checkWell(well: string, found: WellNumbers, expected: ExpectedNumbers): Check[] {
  const exact = (what: string, value: unknown, wanted: unknown): Check => ({
    what: `${well} ${what}`,
    found: String(value),
    expected: String(wanted),
    passed: String(value) === String(wanted),
  });
  return [
    exact('shape (c, z, y, x)', found.shape, expected.shape),
    exact('sum of the raw pixels', found.rawSum, expected.rawSum),
    ...TOLERANT_NUMBERS.map(([key, what]) => ({
      what: `${well} ${what}`,
      found: formatNumber(found[key]),
      expected: formatNumber(expected[key]),
      passed: Math.abs(found[key] - expected[key]) <= TOLERANCE * expected[key],
    })),
    exact('projection is the maximum over z', found.projectionIsExact, true),
    exact('rows of the feature table', found.featureRows, found.nuclei),
  ];
}

/** Compares the dataset's images, as the API lists them, with those that the workflow should have made. */
export function checkImages(images: readonly ImageRead[], zarrDir: string): Check {
  const found = images.map((image) => describeImage(image, zarrDir)).sort();
  const expected = ['B03', 'B04']
    .flatMap((well) => expectedImages(well, zarrDir))
    .map((image) => describeImage(image, zarrDir))
    .sort();
  const different = [...expected.filter((image) => !found.includes(image)), ...found.filter((image) => !expected.includes(image))];
  const passed = different.length === 0 && found.length === expected.length;
  const wanted = `${expected.length}, with their origins, attributes and types`;
  return { what: 'images of the dataset', found: passed ? wanted : `different: ${different.join('; ')}`, expected: wanted, passed };
}

function expectedImages(well: string, zarrDir: string): ImageRead[] {
  const position = `B/${well.slice(1)}`;
  const raw = `${zarrDir}/hipsc.zarr/${position}/0`;
  const corrected = `${raw}_illum_corr`;
  const attributes = (plate: string) => ({ well, plate, acquisition: 0, drug: well === 'B03' ? 'DMSO' : 'compound_A' });
  return [
    { zarr_url: raw, origin: null, attributes: attributes('hipsc.zarr'), types: { is_3D: true } },
    { zarr_url: corrected, origin: raw, attributes: attributes('hipsc.zarr'), types: { is_3D: true, illumination_corrected: true } },
    {
      zarr_url: `${zarrDir}/hipsc_mip.zarr/${position}/0_illum_corr`,
      origin: corrected,
      attributes: attributes('hipsc_mip.zarr'),
      types: { is_3D: false, illumination_corrected: true },
    },
  ];
}

/** All that is compared of an image, in one text; the order of keys does not count. */
function describeImage({ zarr_url: url, origin, attributes, types }: ImageRead, zarrDir: string): string {
  const sorted = (object: Readonly<Record<string, unknown>>) => JSON.stringify(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${url} from ${origin ?? 'nothing'} ${sorted(attributes)} ${sorted(types)}`.replaceAll(`${zarrDir}/`, '');
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 4 : 2);
}
