import type { Profile } from '@fractal-server/database';
import { integer, lenientModel, nullable, optional, required, string, type Infer } from '@fractal-server/domain';

/** A profile, as it is shown. */
export const profileRead = lenientModel('ProfileRead', {
  id: required(integer()),
  name: required(string()),
  resource_id: required(integer()),
  resource_type: required(string()),
  username: optional(nullable(string()), null),
  ssh_key_path: optional(nullable(string()), null),
  jobs_remote_dir: optional(nullable(string()), null),
  tasks_remote_dir: optional(nullable(string()), null),
  pixi_cache_dir: optional(nullable(string()), null),
});
export type ProfileRead = Infer<typeof profileRead>;

export function toProfileRead(profile: Profile): ProfileRead {
  return {
    id: profile.id,
    name: profile.name,
    resource_id: profile.resourceId,
    resource_type: profile.resourceType,
    username: profile.username,
    ssh_key_path: profile.sshKeyPath,
    jobs_remote_dir: profile.jobsRemoteDir,
    tasks_remote_dir: profile.tasksRemoteDir,
    pixi_cache_dir: profile.pixiCacheDir,
  };
}
