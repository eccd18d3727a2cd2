import { describe, expect, it } from 'vitest';
import { parseListing } from './listed-folders.js';

const folders = ['/home/ü/a.x1', '/home/ü/b.x2'];

describe('the answer of ls', () => {
  it('is cut at its headings, also where ls shows question marks for letters of the path', () => {
    expect(parseListing('/home/??/a.x1:\nclaim\nresults.0.10\n\n/home/??/b.x2:\nclaim/\n', folders)).toEqual(
      new Map([
        ['/home/ü/a.x1', ['claim', 'results.0.10']],
        ['/home/ü/b.x2', ['claim/']],
      ]),
    );
  });

  it('has no heading for a single folder', () => {
    expect(parseListing('claim\nend\n', ['/home/a'])).toEqual(new Map([['/home/a', ['claim', 'end']]]));
  });

  it('may say nothing of a folder, or that it is empty', () => {
    expect(parseListing('/home/ü/b.x2:\n', folders)).toEqual(new Map([['/home/ü/b.x2', []]]));
    expect(parseListing('', folders)).toEqual(new Map());
  });

  it.each([
    ['a banner before the first heading', 'Welcome to the cluster\n/home/ü/a.x1:\nclaim\n'],
    ['a heading of a folder that was not asked for', '/home/ü/c.x3:\nclaim\n'],
    ['a folder twice', '/home/ü/a.x1:\nclaim\n\n/home/ü/a.x1:\nend\n'],
    ['an error in between', '/home/ü/a.x1:\nls: cannot read /home/ü\n'],
  ])('is no answer with %s', (_what, text) => {
    expect(parseListing(text, folders)).toBe(null);
  });
});
