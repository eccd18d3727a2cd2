import { describe, expect, it } from 'vitest';
import type { JsonInput } from '../json/json.js';
import { toJson } from '../json/json.js';
import { manifest, readManifest } from './manifest.js';
import { tasksOfManifest } from './manifest-tasks.js';

const PLACE = { python: '/venv/bin/python', packageRoot: '/lib/pkg', version: '2.0' };

function issuesOf(content: JsonInput): unknown[] {
  const outcome = manifest().validate(toJson(content), ['manifest']);
  return outcome.ok ? [] : outcome.issues.map(({ type, loc, msg }) => [type, loc.slice(1).join('.'), msg]);
}

const withTask = (task: JsonInput): JsonInput => ({ manifest_version: '2', task_list: [task] });

describe('a manifest', () => {
  it.each<[string, JsonInput, unknown[]]>([
    [
      'nothing',
      {},
      [
        ['missing', 'manifest_version', 'Field required'],
        ['missing', 'task_list', 'Field required'],
      ],
    ],
    ['another version', { manifest_version: 2, task_list: [] }, [['literal_error', 'manifest_version', "Input should be '2'"]]],
    [
      'a task without executables',
      withTask({ name: 'a' }),
      [
        [
          'value_error',
          'task_list.0',
          'Value error, `TaskManifestV2.executable_non_parallel` and `TaskManifestV2.executable_parallel` cannot be both None.',
        ],
      ],
    ],
    [
      'meta of an absent part',
      withTask({ name: 'a', executable_non_parallel: 'x', meta_parallel: { a: 1 } }),
      [
        [
          'value_error',
          'task_list.0',
          "Value error, `TaskManifestV2.meta_parallel` must be an empty dict if `TaskManifestV2.executable_parallel` is None. Given: {'a': 1}.",
        ],
      ],
    ],
    [
      'a schema of an absent part',
      withTask({ name: 'a', executable_parallel: 'x', args_schema_non_parallel: {} }),
      [
        [
          'value_error',
          'task_list.0',
          'Value error, `TaskManifestV2.args_schema_non_parallel` must be None if `TaskManifestV2.executable_non_parallel` is None. Given: {}.',
        ],
      ],
    ],
    [
      'announced schemas that are missing',
      {
        manifest_version: '2',
        has_args_schemas: true,
        task_list: [{ name: 'a', executable_parallel: 'x', args_schema_parallel: {}, executable_non_parallel: 'y' }],
      },
      [['value_error', '', "Value error, Manifest has has_args_schemas=True, but task 'a' has task.args_schema_non_parallel=None."]],
    ],
    [
      'equal names',
      { manifest_version: '2', task_list: [1, 2].map(() => ({ name: 'a', executable_parallel: 'x' })) },
      [['value_error', '', `Value error, ('Task names in manifest must be unique.\\n', "Given: ['a', 'a'].")`]],
    ],
    [
      'several faults of one task, in order of its fields',
      withTask({ name: 'a', executable_parallel: 'x', type: 'x', docs_link: 'nolink', input_types: { a: 'b' }, tags: 'x' }),
      [
        ['bool_parsing', 'task_list.0.input_types.a', 'Input should be a valid boolean, unable to interpret input'],
        ['url_parsing', 'task_list.0.docs_link', 'Input should be a valid URL, relative URL without a base'],
        ['list_type', 'task_list.0.tags', 'Input should be a valid list'],
        [
          'enum',
          'task_list.0.type',
          "Input should be 'compound', 'converter_compound', 'non_parallel', 'converter_non_parallel' or 'parallel'",
        ],
      ],
    ],
  ])('is refused with %s', (_what, content, issues) => {
    expect(issuesOf(content)).toEqual(issues);
  });

  it('tells every wrong place when it is read from a file', () => {
    expect(() => readManifest(toJson({ task_list: [{}] }))).toThrow(
      /^Invalid manifest:\n {2}manifest_version: Field required\n {2}task_list\[0\].name: Field required$/,
    );
    expect(() => readManifest([])).toThrow(/\(whole file\)/);
  });
});

describe('the tasks of a manifest', () => {
  const content = readManifest(
    toJson({
      manifest_version: '2',
      has_args_schemas: true,
      args_schema_version: 'pydantic_v2',
      authors: 'Some One',
      unknown: 1,
      task_list: [
        {
          name: 'compound',
          executable_non_parallel: 'init.py',
          executable_parallel: 'sub/run.py',
          args_schema_non_parallel: {},
          args_schema_parallel: {},
        },
        { name: 'parallel', executable_parallel: 'a b.py', args_schema_parallel: { title: 'P' }, meta_parallel: { mem: 1 }, tags: ['x'] },
        { name: 'non_parallel', executable_non_parallel: 'np.py', args_schema_non_parallel: {}, input_types: { is_3D: true } },
        { name: 'conv', executable_non_parallel: 'np.py', args_schema_non_parallel: {}, type: 'converter_non_parallel' },
      ],
    }),
  );

  it('have commands whose words are quoted, types derived where not given, and what the manifest says about all', () => {
    const tasks = tasksOfManifest(content, PLACE);
    expect(tasks.map(({ name, type, commandNonParallel, commandParallel }) => [name, type, commandNonParallel, commandParallel])).toEqual([
      ['compound', 'compound', '/venv/bin/python /lib/pkg/init.py', '/venv/bin/python /lib/pkg/sub/run.py'],
      ['parallel', 'parallel', null, "/venv/bin/python '/lib/pkg/a b.py'"],
      ['non_parallel', 'non_parallel', '/venv/bin/python /lib/pkg/np.py', null],
      ['conv', 'converter_non_parallel', '/venv/bin/python /lib/pkg/np.py', null],
    ]);
    expect(tasks[1]).toMatchObject({
      version: '2.0',
      authors: 'Some One',
      argsSchemaVersion: 'pydantic_v2',
      argsSchemaParallel: new Map([['title', 'P']]),
      metaParallel: new Map([['mem', 1]]),
      metaNonParallel: new Map(),
      tags: ['x'],
    });
    expect(tasks[2]?.inputTypes).toEqual(new Map([['is_3D', true]]));
  });

  it('lose the version of schemas that are not announced', () => {
    const [task] = tasksOfManifest({ ...content, has_args_schemas: false }, PLACE);
    expect(task?.argsSchemaVersion).toBeNull();
  });

  it('need the version of schemas that are announced', () => {
    expect(() => tasksOfManifest({ ...content, args_schema_version: null }, PLACE)).toThrow(
      /^Invalid task 'compound' in manifest: .*args_schema_version/,
    );
  });

  it('have no forbidden character in their commands', () => {
    expect(() => tasksOfManifest(content, { ...PLACE, packageRoot: '/lib/$(rm)' })).toThrow(
      /^Invalid task 'compound' in manifest: Command must not contain/,
    );
  });
});
