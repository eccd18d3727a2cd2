import { describe, expect, it } from 'vitest';
import { describeExplanation, describeQueue, readQueue } from './watch-cluster.js';

describe('what is shown of a cluster beside a running job', () => {
  it('names every open SLURM job with its node, or with what it waits for, and counts those that ended', () => {
    const queue = readQueue('7|RUNNING|n1|None\n8|PENDING||Priority\n3|COMPLETED|n2|None\n');
    expect(describeQueue(queue).text).toBe('  squeue   7 RUNNING n1, 8 PENDING (Priority); 1 ended');
  });

  it('says when the queue is empty', () => {
    expect(describeQueue(readQueue('')).text).toBe('  squeue   empty');
  });

  it('tells an explanation again when something else is waited for, not when a clock went on', () => {
    const explained = (text: string, waits: string[]) => ({ text, waits: waits.map((wait) => ({ text: wait })) });
    const first = describeExplanation(explained('Task 1 of 5.\nQueued; since 10:00.', ['Queued']));
    expect(first.text).toBe('  explain  Task 1 of 5. Queued; since 10:00.');
    expect(describeExplanation(explained('Task 1 of 5.\nQueued; since 10:01.', ['Queued'])).state).toBe(first.state);
    expect(describeExplanation(explained('Task 1 of 5.', [])).state).toBe('');
  });
});
