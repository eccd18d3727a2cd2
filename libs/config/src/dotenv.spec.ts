import { describe, expect, it } from 'vitest';
import { parseDotenv } from './dotenv.js';

describe('parseDotenv', () => {
  it('reads bare, quoted and exported values', () => {
    const text = 'A=1\nexport B = two words  \nC=\'x # y\'\nD="line\\nbreak"\n';
    expect(parseDotenv(text)).toEqual({ A: '1', B: 'two words', C: 'x # y', D: 'line\nbreak' });
  });

  it('leaves out comments and empty lines', () => {
    expect(parseDotenv('# A=1\n\nB=2 # why\nC=a#b\n')).toEqual({ B: '2', C: 'a#b' });
  });

  it('keeps an empty value, because it is not the same as none', () => {
    expect(parseDotenv('A=\nB=""\n')).toEqual({ A: '', B: '' });
  });

  it('lets the later of two lines win', () => {
    expect(parseDotenv('A=1\r\nA=2\r\n')).toEqual({ A: '2' });
  });

  it('reads a quoted value over several lines', () => {
    expect(parseDotenv('A="one\ntwo"\nB=3')).toEqual({ A: 'one\ntwo', B: '3' });
  });
});
