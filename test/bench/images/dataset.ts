/** The images of the dataset that everything is measured on: at most 1,000 distinct values per attribute, some clustered, some scattered. */
export const ZARR_DIR = '/data/bench/dataset';

interface WireImage {
  readonly zarr_url: string;
  readonly attributes: {
    readonly plate: string;
    readonly well: string;
    readonly cycle: number;
    readonly scattered: number;
    readonly half: number;
  };
  readonly types: { readonly is_3D: boolean; readonly illumination_corrected: boolean };
}

/** Image i. `scattered` and `half` are spread over the whole list, the others change slowly. */
export function imageAt(index: number): WireImage {
  return {
    zarr_url: `${ZARR_DIR}/plate_${Math.floor(index / 10_000)}.zarr/W${Math.floor(index / 100)}/${index}`,
    attributes: {
      plate: `plate_${Math.floor(index / 10_000)}.zarr`,
      well: `W${Math.floor(index / 100) % 1000}`,
      cycle: index % 20,
      scattered: (index * 7919) % 1000,
      half: index % 2,
    },
    types: { is_3D: true, illumination_corrected: index % 3 === 0 },
  };
}

/** An export with this many images, as JSON. */
export function exportText(count: number): string {
  return JSON.stringify({ name: 'bench', zarr_dir: ZARR_DIR, images: Array.from({ length: count }, (_, index) => imageAt(index)) });
}
