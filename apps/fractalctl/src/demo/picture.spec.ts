import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { drawPicture } from './picture.js';

it('puts raw, projected and labelled planes of each well side by side', () => {
  const well = { raw: Uint16Array.of(0, 100, 0, 0), mip: Uint16Array.of(0, 0, 100, 0), labels: Uint32Array.of(7, 7, 7, 7) };
  const picture = PNG.sync.read(drawPicture([well, well], 2, 2));
  const pixel = (x: number, y: number) => [...picture.data.subarray(4 * (y * picture.width + x), 4 * (y * picture.width + x) + 3)];
  expect([picture.width, picture.height]).toEqual([6, 4]);
  expect(pixel(1, 0)).toEqual([255, 255, 255]);
  expect(pixel(2, 3)).toEqual([255, 255, 255]);
  const [red, green, blue] = pixel(4, 0);
  expect(new Set([red, green, blue]).size).toBeGreaterThan(1);
});
