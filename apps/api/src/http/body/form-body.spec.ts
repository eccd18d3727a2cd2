import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseContentType } from './content-type.js';
import { checkFormType, readForm, type Form } from './form-body.js';

async function read(type: string, body: string | Buffer, maxFileBytes = 1_000): Promise<Form> {
  const request = Object.assign(Readable.from([Buffer.from(body)]), { headers: {} }) as unknown as IncomingMessage;
  return readForm(request, parseContentType(type), maxFileBytes);
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

  it('is read from its parts, with names and sizes of its files', async () => {
    const body = `${part('name="a"', 'é')}${part('name="file"; filename="w.whl"', 'x'.repeat(10))}--x--\r\n`;
    expect(await read('multipart/form-data; boundary=x', body)).toEqual({
      fields: new Map([['a', 'é']]),
      files: new Map([['file', { filename: 'w.whl', byteLength: 10 }]]),
    });
  });

  it('that breaks off has the fields before the break', async () => {
    const { fields } = await read('multipart/form-data; boundary=x', `${part('name="a"', '1')}--x\r\nbroken`);
    expect(fields).toEqual(new Map([['a', '1']]));
  });

  it('with too much in its files is refused', async () => {
    const body = `${part('name="file"; filename="w.whl"', 'x'.repeat(1_001))}--x--\r\n`;
    await expect(read('multipart/form-data; boundary=x', body)).rejects.toMatchObject({ status: 413 });
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
