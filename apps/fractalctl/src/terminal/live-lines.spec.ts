import { describe, expect, it } from 'vitest';
import { LiveLines } from './live-lines.js';

function outputOf(isTTY: boolean, ...tables: { state: string; text: string }[][]): string {
  let written = '';
  const lines = new LiveLines({ isTTY, write: (text) => (written += text) });
  for (const table of tables) lines.show(table);
  return written;
}

describe('LiveLines', () => {
  it('draws over what it has drawn on a terminal', () => {
    const output = outputOf(
      true,
      [
        { state: 'a', text: 'one' },
        { state: 'b', text: 'two' },
      ],
      [
        { state: 'a', text: 'uno' },
        { state: 'b', text: 'due' },
      ],
    );
    expect(output).toBe('\u001b[2Kone\n\u001b[2Ktwo\n\u001b[2A\u001b[2Kuno\n\u001b[2Kdue\n');
  });

  it('cuts what is wider than the terminal, for a broken line would be two', () => {
    let written = '';
    const lines = new LiveLines({ isTTY: true, columns: 8, write: (text) => (written += text) });
    lines.show([
      { state: '', text: 'a line too long' },
      { state: '', text: 'another' },
    ]);
    expect(written).toBe('\u001b[2Ka line…\n\u001b[2Kanother\n');
  });

  it('writes a line to a log only when something has happened', () => {
    const output = outputOf(
      false,
      [
        { state: '0/2', text: 'first 0/2 0 s' },
        { state: '', text: 'second waits' },
      ],
      [
        { state: '0/2', text: 'first 0/2 1 s' },
        { state: '', text: 'second waits' },
      ],
      [
        { state: '2/2', text: 'first 2/2 2 s' },
        { state: '0/1', text: 'second 0/1 0 s' },
      ],
    );
    expect(output).toBe('first 0/2 0 s\nfirst 2/2 2 s\nsecond 0/1 0 s\n');
  });
});
