import { describe, expect, it } from 'vitest';
import { describeCommand } from './describe-command.js';

describe('describeCommand', () => {
  it('quotes what a person could misread', () => {
    expect(describeCommand(['sbatch', '--job-name=a.b', "it's", 'a b', ''])).toBe(`sbatch --job-name=a.b 'it'\\''s' 'a b' ''`);
  });

  it('removes credentials of URLs', () => {
    expect(describeCommand(['pip', '--index-url', 'https://user:secret@host/simple'])).not.toContain('secret');
  });

  it('shortens what nobody reads', () => {
    expect(describeCommand(['echo', 'x'.repeat(5_000)]).length).toBeLessThan(1_100);
  });
});
