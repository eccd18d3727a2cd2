import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NON_PARALLEL_STEM, parallelStem, taskFolderName, unitFiles } from './task-files.js';

interface NameVectors {
  readonly splitting: {
    readonly task_files: readonly {
      readonly tot_tasks: number;
      readonly batch_size: number;
      readonly expected_file_stems: readonly string[];
    }[];
    readonly subfolders: readonly { readonly order: number; readonly task_name: string; readonly expected_subfolder: string }[];
  };
}

const file = new URL('../../../../test/vectors/batching-vectors.json', import.meta.url);
const { splitting } = JSON.parse(readFileSync(file, 'utf8')) as NameVectors;

describe('names of files and folders', () => {
  it.each(splitting.task_files)('of $tot_tasks units in batches of $batch_size', ({ tot_tasks, batch_size, expected_file_stems }) => {
    expect(Array.from({ length: tot_tasks }, (_, index) => parallelStem(index, batch_size))).toEqual(expected_file_stems);
  });

  it.each(splitting.subfolders)('of task $task_name', ({ order, task_name, expected_subfolder }) => {
    expect(taskFolderName(order, task_name)).toBe(expected_subfolder);
  });

  it('put all units into one batch when there is no batch size', () => {
    expect(parallelStem(1234567, null)).toBe('par-000000-1234567');
  });

  it('belong to one unit', () => {
    expect(unitFiles(NON_PARALLEL_STEM)).toEqual({
      args: 'non_par--args.json',
      log: 'non_par--log.txt',
      metadiff: 'non_par--metadiff.json',
    });
  });

  it('fit into a file system however long the name of the task is', () => {
    const name = taskFolderName(12, '🙂'.repeat(4096));
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toBe(`12_${'🙂'.repeat(63)}`);
  });
});
