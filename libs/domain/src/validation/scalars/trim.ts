/** Unicode white space: `\s` of JavaScript, without the byte-order mark that it counts in, with U+0085 that it leaves out. */
const BLANK = /[^\S\ufeff]|\u0085/;

/** The text without white space at both ends. (`String.prototype.trim` differs from the contract in the byte-order mark and U+0085.) */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code > 0x20 && code < 0x80) return false;
  return code === 0x20 || BLANK.test(text.charAt(index));
}
