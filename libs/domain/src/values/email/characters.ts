/** Characters for a message: visible ones in quotes, others by their code. */
export function listCharacters(characters: readonly string[]): string {
  return characters.map(showCharacter).sort().join(', ');
}

function showCharacter(character: string): string {
  if (character === ' ') return 'SPACE';
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return character === "'" || character === '\\' ? `"${character}"` : `'${character}'`;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
