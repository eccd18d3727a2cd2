import fc from 'fast-check';

/** Pieces that end lines, words and quotes, begin commands, options and comments, or are rare. */
const PIECES = [
  ...['\n', '\r\n', '\r', '\t', ' ', '\0', '\u001b', '\u0085', '\u2028', '\u00a0'],
  ...['"', "'", '`', '\\', '$(touch /tmp/hostile)', '${HOME}', '$HOME', '`id`', '#', '#SBATCH', '#SBATCH --account=other', '%', '%j', '%%'],
  ...[
    '-',
    '--',
    '--wrap=id',
    '-A',
    ';',
    '&',
    '&&',
    '|',
    '>',
    '<',
    '(',
    ')',
    '{',
    '}',
    '[1-2]',
    '*',
    '?',
    '!',
    '~',
    '=',
    ':',
    ',',
    '/',
    '..',
  ],
  ...['hetjob', 'packjob', ' : ', 'a', 'Z', '0', 'ü', '日本', '🙂', 'e\u0301', '\ud800'],
];

/** Texts that somebody would try who wants a script to do something else. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
