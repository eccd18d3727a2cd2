import { getProfile, getResource, type Profile, type Queryable, type Resource, type User } from '@fractal-server/database';
import { DomainError, profileCreate, resourceCreate, type Json, type JsonObject, type ValidationIssue } from '@fractal-server/domain';

/** A profile with its resource, both fit to be used. */
export interface ValidatedProfile {
  readonly profile: Profile;
  readonly resource: Resource;
}

/**
 * The profile of a user with its resource, judged again by what a resource of its type has to be: rows may be older than a rule, or may
 * have been changed by hand (contract: api-execution 2.6).
 * @throws DomainError refused
 */
export async function getValidatedProfile(db: Queryable, user: Pick<User, 'id' | 'profileId'>): Promise<ValidatedProfile> {
  if (user.profileId === null) throw new DomainError('refused', 'user.no_profile', `User ${user.id} has no profile.`);
  const profile = await getProfile(db, user.profileId);
  const resource = await getResource(db, profile.resourceId);
  const issues = issuesOf(resource, profile);
  if (issues.length === 0) return { profile, resource };
  const problems = issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('\n');
  const text = `User ${user.id} has a resource or profile that is not valid for resource type '${resource.type}'.\nOriginal error: ${problems}`;
  throw new DomainError('refused', 'profile.invalid', text);
}

function issuesOf(resource: Resource, profile: Profile): readonly ValidationIssue[] {
  if (profile.resourceType !== resource.type) {
    const msg = `Profile has resource_type='${profile.resourceType}'`;
    return [{ type: 'value_error', loc: ['profile'], msg, input: profile.resourceType }];
  }
  return [
    resourceCreate.validate(describedResource(resource), ['resource']),
    profileCreate.validate(describedProfile(profile), ['profile']),
  ].flatMap((outcome) => (outcome.ok ? [] : outcome.issues));
}

/** A stored resource as an administrator would describe it. */
function describedResource(resource: Resource): JsonObject {
  return new Map<string, Json>([
    ['type', resource.type],
    ['name', resource.name],
    ['tasks_python_config', resource.tasksPythonConfig],
    ['tasks_pixi_config', resource.tasksPixiConfig],
    ['tasks_local_dir', resource.tasksLocalDir],
    ['jobs_local_dir', resource.jobsLocalDir],
    ['jobs_runner_config', resource.jobsRunnerConfig],
    ['jobs_poll_interval', resource.jobsPollInterval],
    ['jobs_slurm_python_worker', resource.jobsSlurmPythonWorker],
    ['prevent_new_submissions', resource.preventNewSubmissions],
    ['host', resource.host],
    ['settings', resource.settings],
  ]);
}

function describedProfile(profile: Profile): JsonObject {
  return new Map<string, Json>([
    ['resource_type', profile.resourceType],
    ['name', profile.name],
    ['username', profile.username],
    ['ssh_key_path', profile.sshKeyPath],
    ['jobs_remote_dir', profile.jobsRemoteDir],
    ['tasks_remote_dir', profile.tasksRemoteDir],
    ['pixi_cache_dir', profile.pixiCacheDir],
  ]);
}
