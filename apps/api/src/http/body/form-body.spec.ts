import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseContentType } from './content-type.js';
import { checkFormType, readForm, type Form } from './form-body.js';

async function read(type: string, body: string | Buffer, maxFileBytes = 1_000): Promise<Form> {
  const request = Object.assign(Readable.from([Buffer.from(body)]), { headers: {} }) as unknown as IncomingMessage;
  return readForm(request, parseContentType(type), { maxFileBytes, store });
}

/** Keeps the files of forms in memory. */
const kept = new Map<string, string>();
async function store(filename: string, content: AsyncIterable<Buffer>): Promise<string> {
  // As a store does that has to make room first.
  await new Promise((resolve) => setImmediate(resolve));
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const name = `kept ${kept.size}`;
  kept.set(name, `${filename}: ${Buffer.concat(chunks).toString()}`);
  return name;
}

const part = (disposition: string, content: string): string =>
  `--x\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;

describe('a form', () => {
  it('is read from its urlencoded text', async () => {
    const { fields } = await read('application/x-www-form-urlencoded', 'a=1+2&b=%C3%A9&a=3');
    expect(fields).toEqual(
      new Map([
        ['a', '3'],
        ['b', 'é'],
      ]),
    );
  });

  it('is read from its parts; its files are stored under their names, slashes included', async () => {
    const body = `${part('name="a"', 'é')}${part('name="file"; filename="x/w.whl"', 'content')}--x--\r\n`;
    const { fields, files } = await read('multipart/form-data; boundary=x', body);
    expect(fields).toEqual(new Map([['a', 'é']]));
    const file = files.get('file')!;
    expect(file.filename).toBe('x/w.whl');
    expect(kept.get(file.storedAs!)).toBe('x/w.whl: content');
  });

  it('that breaks off in a file is refused, and the file is not kept', async () => {
    const before = kept.size;
    await expect(
      read('multipart/form-data; boundary=x', `--x\r\ncontent-disposition: form-data; name="file"; filename="w"\r\n\r\nhalf`),
    ).rejects.toMatchObject({
      status: 400,
    });
    expect(kept.size).toBe(before);
  });

  it('fails as its store fails', async () => {
    const request = Object.assign(Readable.from([Buffer.from(`${part('name="file"; filename="w"', 'x')}--x--\r\n`)]), { headers: {} });
    const failing = { maxFileBytes: 1_000, store: () => Promise.reject(new Error('no room')) };
    await expect(
      readForm(request as unknown as IncomingMessage, parseContentType('multipart/form-data; boundary=x'), failing),
    ).rejects.toThrow('no room');
  });

  it('that breaks off has the fields before the break', async () => {
    const { fields } = await read('multipart/form-data; boundary=x', `${part('name="a"', '1')}--x\r\nbroken`);
    expect(fields).toEqual(new Map([['a', '1']]));
  });

  it('with too much in its files is refused', async () => {
    const body = `${part('name="file"; filename="w.whl"', 'x'.repeat(1_001))}--x--\r\n`;
    await expect(read('multipart/form-data; boundary=x', body)).rejects.toMatchObject({ status: 413 });
  });

  it('that says itself that it is too large is refused before anything of it is stored', async () => {
    const request = Object.assign(Readable.from([]), { headers: { 'content-length': String(2 ** 31) } }) as unknown as IncomingMessage;
    const rules = { maxFileBytes: 1_000, store: () => Promise.reject(new Error('stored')) };
    await expect(readForm(request, parseContentType('multipart/form-data; boundary=x'), rules)).rejects.toMatchObject({ status: 413 });
  });

  it('with too long a field is refused', async () => {
    await expect(read('multipart/form-data; boundary=x', `${part('name="a"', 'x'.repeat(2 ** 20 + 1))}--x--\r\n`)).rejects.toMatchObject({
      status: 413,
    });
  });

  it('of another type is empty', async () => {
    expect((await read('application/json', '{"a": 1}')).fields.size).toBe(0);
  });

  it('needs a boundary', () => {
    expect(() => checkFormType(parseContentType('multipart/form-data'))).toThrowError('Missing boundary in multipart.');
  });
});
