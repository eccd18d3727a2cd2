const CONTROL_CHARACTERS: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** A name as `ls -b` prints it (`\n`, `\303\274`, `\ `, `\\`), as it is: one name a line, whatever characters it holds. */
export function unescapeName(escaped: string): string {
  const bytes: Buffer[] = [];
  const pattern = /\\([0-7]{3})|\\(.)|([^\\]+)/gsu;
  for (const [, octal, character, plain] of escaped.matchAll(pattern)) {
    if (octal !== undefined) {
      bytes.push(Buffer.of(Number.parseInt(octal, 8)));
    } else if (character !== undefined) {
      const control = CONTROL_CHARACTERS[character];
      bytes.push(control === undefined ? Buffer.from(character) : Buffer.of(control));
    } else {
      bytes.push(Buffer.from(plain ?? ''));
    }
  }
  return Buffer.concat(bytes).toString('utf8');
}
