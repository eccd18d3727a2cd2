import { expect, it } from 'vitest';
import { describeOnCluster, sharedCluster } from './index.js';

await describeOnCluster('the cluster that test files share', () => {
  it('is one, and takes users of everybody', async () => {
    const [first, second] = await Promise.all([sharedCluster(), sharedCluster()]);
    expect(second.folder).toBe(first.folder);
    const [[one], [other]] = await Promise.all([first.createUsers(1), second.createUsers(1)]);
    if (one === undefined || other === undefined) throw new Error('no users');
    const submit = async (user: typeof one) =>
      first.runAs(user, ['sbatch', '--parsable', '--hold'], { input: '#!/bin/sh\n' }).then(({ stdout }) => stdout.trim());
    const ids = [await submit(one), await submit(other)];
    expect(
      (await first.liveJobs())
        .filter(({ id }) => ids.includes(id))
        .map(({ user }) => user)
        .toSorted(),
    ).toEqual([one.name, other.name].toSorted());
    await first.run(['scancel', ...ids]);
  });
});
