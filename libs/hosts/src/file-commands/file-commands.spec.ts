import { describe, expect, it } from 'vitest';
import { errnoOfMessage } from './errno-of-message.js';
import { unescapeName } from './unescape-name.js';

describe('errnoOfMessage', () => {
  it.each([
    ['cat: /x: No such file or directory', 'ENOENT'],
    ['mkdir: cannot create directory ‘/a’: File exists', 'EEXIST'],
    ["ls: cannot open directory '/a': Permission denied\n", 'EACCES'],
    ['cat: /No such file or directory: Is a directory', 'EISDIR'],
    ['cat: /x: Datei oder Verzeichnis nicht gefunden', 'UNKNOWN'],
    ['No such file or directory', 'ENOENT'],
    ['', 'UNKNOWN'],
  ])('reads the reason at the end of %j', (message, errno) => {
    expect(errnoOfMessage(message)).toBe(errno);
  });
});

describe('unescapeName', () => {
  it.each([
    ['plain', 'plain'],
    ['a\\ b', 'a b'],
    ['new\\nline\\ttab', 'new\nline\ttab'],
    ['\\303\\274mlaut', 'ümlaut'],
    ['ümlaut', 'ümlaut'],
    ['back\\\\slash', 'back\\slash'],
    ['\\\\n', '\\n'],
  ])('reads %j as %j', (escaped, name) => {
    expect(unescapeName(escaped)).toBe(name);
  });
});
