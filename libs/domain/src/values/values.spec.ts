import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolutePath,
  attributeFilters,
  command,
  imageAttributes,
  type Json,
  jsonDict,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  paginationFault,
  parseJson,
  projectDirs,
  s3Path,
  safeRelativePath,
  safeString,
  type Schema,
  slurmAccounts,
  stringDict,
  stringifyJson,
  type JsonInput,
  taskArguments,
  typeFilters,
  uniqueIntegerList,
  uniqueStringList,
  zarrUrl,
} from '../index.js';

/** The accepted value as JSON text, or type, place and message of the issues. */
function judge(schema: Schema<unknown>, input: Json): string | string[] {
  const outcome = schema.validate(input, ['f']);
  if (outcome.ok) return stringifyJson(outcome.value as JsonInput);
  return outcome.issues.map(({ type, loc, msg }) => `${type} ${loc.join('.')}: ${msg}`);
}

const violated = (text: string): string[] => [`value_error f: Value error, ${text}`];

describe('names', () => {
  it.each(['a', 'A b_c.d-1', '..'])('may be %j where files are named after them', (text) => {
    expect(judge(safeString(), ` ${text} `)).toBe(JSON.stringify(text));
  });

  it.each(['a/b', 'a\tb', 'a\nb', 'é', 'a:b'])('may not be %j there', (text) => {
    expect(judge(safeString(), text)).toEqual(["string_pattern_mismatch f: String should match pattern '^([a-zA-Z0-9_. -]+)$'"]);
  });

  it('have a bounded length', () => {
    expect(judge(safeString(), 'a'.repeat(MAX_NAME_LENGTH))).toHaveLength(MAX_NAME_LENGTH + 2);
    expect(judge(safeString(), 'a'.repeat(MAX_NAME_LENGTH + 1))).toEqual(['string_too_long f: String should have at most 4096 characters']);
  });

  it('of SLURM accounts are not trimmed', () => {
    expect(judge(slurmAccounts(), [])).toBe('[]');
    expect(judge(slurmAccounts(), ['a.b-c_d', ' a', ''])).toEqual([
      "string_pattern_mismatch f.1: String should match pattern '^[a-zA-Z0-9_\\-\\.]+$'",
      'string_too_short f.2: String should have at least 1 character',
    ]);
    expect(judge(slurmAccounts(), ['a', 'a'])).toEqual(violated('List has repetitions'));
  });
});

describe('lists', () => {
  it('of texts are compared after trimming', () => {
    expect(judge(uniqueStringList(), ['a', ' a '])).toEqual(violated('List has repetitions'));
  });

  it('of integers are compared by value', () => {
    expect(judge(uniqueIntegerList(), [1, '1'])).toEqual(violated('List has repetitions'));
    expect(judge(uniqueIntegerList(), [-1])).toEqual(['greater_than_equal f.0: Input should be greater than or equal to 0']);
    expect(judge(uniqueIntegerList({ minItems: 1 }), [])).toEqual([
      'too_short f: List should have at least 1 item after validation, not 0',
    ]);
  });
});

describe('commands', () => {
  it('may hold blanks and quotes', () => {
    expect(judge(command(), ' python "a b".py ')).toBe('"python \\"a b\\".py"');
  });

  it('may hold nothing that a shell acts on', () => {
    const forbidden = fc.constantFrom(...'`#$&*()\\|[]{};<>?!');
    fc.assert(
      fc.property(fc.string(), forbidden, fc.string(), (before, character, after) => {
        const text = `a${before}${character}${after}a`;
        expect(judge(command(), text)).toHaveLength(1);
        const message = command().validate(text, []);
        expect(message.ok ? '' : message.issues[0]?.msg).toMatch(/^Value error, Command must not contain any of this characters: '\{/);
      }),
    );
  });
});

describe('local paths', () => {
  it.each([
    ['/a', '/a'],
    [' /a//b/./c/ ', '/a/b/c'],
    ['//bin/./sh', '//bin/sh'],
    ['///a', '/a'],
    ['/', '/'],
  ])('%j become %j', (text, path) => {
    expect(judge(absolutePath(), text)).toBe(JSON.stringify(path));
  });

  it.each([
    ['a', "String must be an absolute path (given 'a')."],
    ['s3://b/k', "String must be an absolute path (given 's3://b/k')."],
    ['/a/../b', "String must not contain '/../'."],
    ['/..', "String must not contain '/../'."],
  ])('may not be %j', (text, message) => {
    expect(judge(absolutePath(), text)).toEqual(violated(message));
  });

  it('have a bounded length', () => {
    expect(judge(absolutePath(), '/'.repeat(MAX_PATH_LENGTH + 1))).toEqual([
      'string_too_long f: String should have at most 16384 characters',
    ]);
  });

  it('below a folder are relative and of safe letters', () => {
    expect(judge(safeRelativePath(), './a//b c/')).toBe('"a/b c"');
    expect(judge(safeRelativePath(), '/abs')).toEqual(violated("String must not be an absolute path (given '/abs')."));
    expect(judge(safeRelativePath(), 'a/../b')).toEqual(violated("String must not contain '/../'."));
    expect(judge(safeRelativePath(), 'a:b')).toEqual(["string_pattern_mismatch f: String should match pattern '^([a-zA-Z0-9_. /-]+)$'"]);
    expect(judge(safeRelativePath(), '')).toEqual(['string_too_short f: String should have at least 1 character']);
  });
});

describe('Zarr URLs', () => {
  it.each([
    ['/a//b/', '/a/b'],
    ['s3://b//k//', 's3://b//k'],
  ])('%j become %j', (text, url) => {
    expect(judge(zarrUrl(), text)).toBe(JSON.stringify(url));
  });

  it.each(['a', 's3:/b', 'S3://b', 'https://a', 's3://', 's3:///'])('may not be %j', (text) => {
    expect(judge(zarrUrl(), text)).toEqual(violated("URLs must begin with '/' or 's3://'."));
  });

  it.each(['/a/../b', 's3://b/../k', '..'])('may not climb as %j does', (text) => {
    expect(judge(zarrUrl(), text)).toEqual(violated("String must not contain '/../'."));
  });

  it('once accepted are accepted unchanged', () => {
    const url = fc.tuple(fc.constantFrom('/', 's3://b/'), fc.array(fc.constantFrom('a', '.', '', 'b c')));
    fc.assert(
      fc.property(url, ([root, parts]) => {
        const once = judge(zarrUrl(), root + parts.join('/'));
        expect(judge(zarrUrl(), JSON.parse(once as string) as string)).toBe(once);
      }),
    );
  });
});

describe('S3 paths', () => {
  it('are kept as typed', () => {
    expect(judge(s3Path(), ' s3://abc/k/../x// ')).toBe('"s3://abc/k/../x//"');
  });

  it.each([
    ['s3://abc', "S3 URL must match pattern 's3://bucket/key' (given 's3://abc')"],
    ['/a', "S3 URL must match pattern 's3://bucket/key' (given '/a')"],
    ['s3://b/k', "S3 bucket name must be between 3 and 63 characters long (given 'b')"],
    [
      's3://Bucket/k',
      "S3 bucket name must start and end with lowercase letter or number, and contain only lowercase letters, numbers, periods, and hyphens (given 'Bucket')",
    ],
    ['s3://a..b/k', "S3 bucket name must not contain two adjacent periods (given 'a..b')"],
    ['s3://10.0.0.1/k', "S3 bucket name must not be formatted as an IP address (given '10.0.0.1')"],
    ['s3://xn--abc/k', "S3 bucket name must not start with 'xn--', 'sthree-', 'amzn-s3-demo-' (given 'xn--abc')"],
    ['s3://abc-s3alias/k', "S3 bucket name must not end with '-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3' (given 'abc-s3alias')"],
    [`s3://abc/${'é'.repeat(600)}`, 'S3 key must not exceed 1024 bytes (given key has 1200 bytes)'],
  ])('may not be %j', (text, message) => {
    expect(judge(s3Path(), text)).toEqual(violated(message));
  });
});

describe('project folders', () => {
  it('are local or on S3', () => {
    expect(judge(projectDirs(), ['/a/', 's3://abc/k'])).toBe('["/a","s3://abc/k"]');
  });

  it('report both kinds when neither fits', () => {
    expect(judge(projectDirs(), ['rel'])).toEqual([
      'value_error f.0.function-after[val_os_path_normpath(), function-after[val_no_dotdot_in_path(), ' +
        "function-after[val_absolute_path(), constrained-str]]]: Value error, String must be an absolute path (given 'rel').",
      "value_error f.0.function-after[val_s3_url(), constrained-str]: Value error, S3 URL must match pattern 's3://bucket/key' (given 'rel')",
    ]);
  });

  it('are at least one, differ, and hold nothing that a shell acts on', () => {
    expect(judge(projectDirs(), [])).toEqual(['too_short f: List should have at least 1 item after validation, not 0']);
    expect(judge(projectDirs(), ['/a', '/a/'])).toEqual(violated('List has repetitions'));
    expect(judge(projectDirs(), ['/a', '/a;b'])[0]).toMatch(/^value_error f: Value error, Command must not contain/);
  });
});

describe('attributes and types of images', () => {
  it('keep the kind of every value', () => {
    expect(judge(imageAttributes(), parseJson('{" a ":1,"b":1.0,"c":"1","d":true,"e":12345678901234567890}'))).toBe(
      '{"a":1,"b":1.0,"c":"1","d":true,"e":12345678901234567890}',
    );
    expect(judge(typeFilters(), parseJson('{"a":"yes","b":0.0}'))).toBe('{"a":true,"b":false}');
  });

  it.each(['null', '[]', '{}'])('cannot be %s', (value) => {
    expect(judge(imageAttributes(), parseJson(`{"x":${value}}`))).toEqual([
      'int_type f.x.int: Input should be a valid integer',
      'float_type f.x.float: Input should be a valid number',
      'string_type f.x.str: Input should be a valid string',
      'bool_type f.x.bool: Input should be a valid boolean',
    ]);
  });

  it('filter by non-empty lists of one kind', () => {
    expect(judge(attributeFilters(), parseJson('{" a ":[1,2],"b":[1.0,2.5],"c":["x"]}'))).toBe('{"a":[1,2],"b":[1.0,2.5],"c":["x"]}');
    expect(judge(attributeFilters(), parseJson('{"a":[]}'))).toEqual(violated('attribute_filters[a] cannot be an empty list.'));
    expect(judge(attributeFilters(), parseJson('{"a":null}'))).toEqual(['list_type f.a: Input should be a valid list']);
    expect(judge(attributeFilters(), parseJson('{"a":[1,null]}'))[0]).toBe('int_type f.a.1.int: Input should be a valid integer');
  });

  it.each(['[1, 2.5]', "[1, '1']", '[1, True]', '[True, 1.0]'])('do not filter by %s', (values) => {
    const sent = values.replaceAll("'", '"').replace('True', 'true');
    expect(judge(attributeFilters(), parseJson(`{"a":${sent}}`))).toEqual(
      violated(`attribute_filters[a] has values with non-homogeneous types: ${values}.`),
    );
  });
});

describe('arguments of a task', () => {
  it('may be anything, nested names included', () => {
    expect(judge(taskArguments(), parseJson('{"a":{"zarr_url":1.0}}'))).toBe('{"a":{"zarr_url":1.0}}');
  });

  it('may not have the names that the server sets', () => {
    expect(judge(taskArguments(), parseJson('{" zarr_url ":1}'))).toEqual(
      violated("`args` contains the following forbidden keys: {'zarr_url'}"),
    );
  });

  it('and other free objects have trimmed keys', () => {
    expect(judge(jsonDict(), parseJson('{" a ":null}'))).toBe('{"a":null}');
    expect(judge(stringDict(), parseJson('{" a ":" b "}'))).toBe('{"a":"b"}');
    expect(judge(stringDict(), parseJson('{"a":" "}'))).toEqual(['string_too_short f.a: String should have at least 1 character']);
  });
});

describe('a page that is asked for', () => {
  const help = 'For further information visit https://errors.pydantic.dev/2.13/v/';

  it('is fine from 1 up, beyond 1 only with a size', () => {
    expect(paginationFault({ page: 1, page_size: null })).toBeUndefined();
    expect(paginationFault({ page: 7, page_size: 1 })).toBeUndefined();
  });

  it('is refused in the words that clients get', () => {
    expect(paginationFault({ page: 0, page_size: null })).toBe(
      "Invalid pagination parameters. Original error: '1 validation error for PaginationRequest\npage\n" +
        `  Input should be greater than or equal to 1 [type=greater_than_equal, input_value=0, input_type=int]\n    ${help}greater_than_equal'.`,
    );
    expect(paginationFault({ page: 2, page_size: null })).toBe(
      "Invalid pagination parameters. Original error: '1 validation error for PaginationRequest\n" +
        "  Value error, page_size is None but page=2 is greater than 1. [type=value_error, input_value={'page': 2, 'page_size': None}, " +
        `input_type=dict]\n    ${help}value_error'.`,
    );
    expect(paginationFault({ page: 0, page_size: -1 })).toMatch(/'2 validation errors for PaginationRequest\npage\n .*\n .*\npage_size\n /);
  });
});
