import { expect, it } from 'vitest';
import { hidesJobsOfOthers } from './private-data.js';

it.each([
  ['PrivateData             = accounts,jobs,users\n', true],
  ['PrivateData             = jobs\n', true],
  ['PrivateData             = none\n', false],
  ['PrivateData             = cloud\nJobCompType = jobs\n', false],
  ['', false],
])('%j hides jobs of others: %s', (stdout, isHiding) => {
  expect(hidesJobsOfOthers(stdout)).toBe(isHiding);
});
