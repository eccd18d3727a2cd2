import type { Viewer } from '@fractal-server/database';
import { describe, expect, it } from 'vitest';
import { chooseTaskGroup, type TaskGroupCandidate } from './disambiguation.js';

const DEFAULT_GROUP = 1;
const viewer: Viewer = { userId: 7, email: 'seven@example.org', resourceId: 1, userGroupIds: [30, DEFAULT_GROUP, 10] };
const choose = (candidates: readonly [TaskGroupCandidate, ...TaskGroupCandidate[]], defaultGroupId: number | null = DEFAULT_GROUP) =>
  candidates.indexOf(chooseTaskGroup(candidates, viewer, defaultGroupId));

const own = { userId: 7, userGroupId: null };
const ofDefaultGroup = { userId: 8, userGroupId: DEFAULT_GROUP };
const ofOldestGroup = { userId: 8, userGroupId: 30 };
const ofNewestGroup = { userId: 8, userGroupId: 10 };

describe('choosing among equal task groups', () => {
  it('prefers the own one', () => expect(choose([ofDefaultGroup, ofOldestGroup, own])).toBe(2));
  it('prefers the default group to others', () => expect(choose([ofOldestGroup, ofDefaultGroup])).toBe(1));
  it('knows no default group where none is configured', () => expect(choose([ofDefaultGroup, ofOldestGroup], null)).toBe(1));
  it('prefers the user group joined earliest', () => expect(choose([ofNewestGroup, ofOldestGroup])).toBe(1));
  it('takes the first of several of the same rank', () => expect(choose([{ ...own }, own])).toBe(0));
});
