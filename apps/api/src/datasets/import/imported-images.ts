import { isZarrUrlRelativeTo, pythonRepr } from '@fractal-server/domain';

/**
 * Judges the URLs of the images of an import as those of single images are judged: below the dataset's folder, not the folder itself, none
 * twice (oddity 2).
 *
 * @returns the first violation
 */
export function importedImagesFault(zarrUrls: Iterable<string>, zarrDir: string): string | undefined {
  const seen = new Set<string>();
  for (const zarrUrl of zarrUrls) {
    if (!isZarrUrlRelativeTo(zarrUrl, zarrDir)) {
      return `image.zarr_url=${pythonRepr(zarrUrl)} is not relative to self.zarr_dir=${pythonRepr(zarrDir)}.`;
    }
    if (zarrUrl === zarrDir) return `image.zarr_url=${pythonRepr(zarrUrl)} cannot be equal to self.zarr_dir.`;
    if (seen.has(zarrUrl)) return `image.zarr_url=${pythonRepr(zarrUrl)} occurs more than once.`;
    seen.add(zarrUrl);
  }
  return undefined;
}
