import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** Writes a pure Python wheel that pip and uv install: `files` by path inside the archive. */
export async function writeWheel(
  path: string,
  { name, version, files }: { readonly name: string; readonly version: string; readonly files: Readonly<Record<string, string>> },
): Promise<void> {
  const information = `${name}-${version}.dist-info`;
  const all: Record<string, string> = {
    ...files,
    [`${information}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${information}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  all[`${information}/RECORD`] = [...Object.keys(all), `${information}/RECORD`].map((file) => `${file},,\n`).join('');
  const archive = new yazl.ZipFile();
  for (const [file, content] of Object.entries(all)) archive.addBuffer(Buffer.from(content), file);
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(path));
}
