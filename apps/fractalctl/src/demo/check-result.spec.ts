import { describe, expect, it } from 'vitest';
import { checkImages, checkWell, type WellNumbers } from './check-result.js';

const expected = {
  shape: [1, 2, 540, 640],
  rawSum: 168_550_178,
  correctedMean: 141.62,
  projectedMean: 155.98,
  projectedMax: 727,
  nuclei: 28,
  labelledFraction: 0.4512,
  areaSum: 155_934,
  intensityMean: 263.12,
};
const good: WellNumbers = { ...expected, projectionIsExact: true, featureRows: 28 };

const failures = (found: WellNumbers): string[] =>
  checkWell('B03', found, expected)
    .filter(({ passed }) => !passed)
    .map(({ what }) => what);

describe('checkWell', () => {
  it('passes numbers within two per cent', () => {
    expect(failures({ ...good, correctedMean: 143, areaSum: 154_000 })).toEqual([]);
  });

  it('fails a mean that is further away', () => {
    expect(failures({ ...good, correctedMean: 145 })).toEqual(['B03 mean after illumination correction']);
  });

  it('compares the sum of the raw pixels exactly', () => {
    expect(failures({ ...good, rawSum: good.rawSum + 1 })).toEqual(['B03 sum of the raw pixels']);
  });

  it('fails when a nucleus has no row of features', () => {
    expect(failures({ ...good, featureRows: 27 })).toEqual(['B03 rows of the feature table']);
  });
});

describe('checkImages', () => {
  it('names the images that are missing or different', () => {
    const check = checkImages([{ zarr_url: '/z/hipsc.zarr/B/03/0', origin: null, attributes: { well: 'B04' }, types: {} }], '/z');
    expect(check.passed).toBe(false);
    expect(check.found).toContain('hipsc_mip.zarr/B/04/0_illum_corr from hipsc.zarr/B/04/0_illum_corr');
  });
});
