import { expect, it } from 'vitest';
import { choosePython } from './choose-python.js';

it('prefers the version for which most packages have wheels', () => {
  expect(choosePython(['3.13', '3.9', '3.11', '3.12'])).toBe('3.12');
  expect(choosePython(['3.14', '3.13'])).toBe('3.13');
});

it('refuses versions that are too old by name', () => {
  expect(() => choosePython(['3.9', '3.10'])).toThrow('here is only Python 3.9, Python 3.10');
});
