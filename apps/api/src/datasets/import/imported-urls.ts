import { isZarrUrlRelativeTo, pythonRepr } from '@fractal-server/domain';

/**
 * Judges the URLs of the images of an import as those of single images are judged: below the dataset's folder, not the folder itself, none
 * twice (oddity 2).
 */
export class ImportedUrls {
  private readonly seen = new Set<string>();

  /** @param zarrDir folder of the dataset, normalised as the URLs are */
  constructor(private readonly zarrDir: string) {}

  /** @returns what is wrong with the next URL */
  fault(zarrUrl: string): string | undefined {
    if (!isZarrUrlRelativeTo(zarrUrl, this.zarrDir)) {
      return `image.zarr_url=${pythonRepr(zarrUrl)} is not relative to self.zarr_dir=${pythonRepr(this.zarrDir)}.`;
    }
    if (zarrUrl === this.zarrDir) return `image.zarr_url=${pythonRepr(zarrUrl)} cannot be equal to self.zarr_dir.`;
    if (this.seen.has(zarrUrl)) return `image.zarr_url=${pythonRepr(zarrUrl)} occurs more than once.`;
    this.seen.add(zarrUrl);
    return undefined;
  }
}

/** The first thing that is wrong with any of the URLs. */
export function importedUrlsFault(zarrUrls: Iterable<string>, zarrDir: string): string | undefined {
  const urls = new ImportedUrls(zarrDir);
  for (const zarrUrl of zarrUrls) {
    const fault = urls.fault(zarrUrl);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
