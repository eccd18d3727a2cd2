import { applicationSection, databaseSection, loadConfig, readEnvironment } from '@fractal-server/config';
import { databaseOptionsOf, ensureDefaultGroup, ensureFirstResource, ensureSuperuser, type Database } from '@fractal-server/database';
import { profileCreate, resourceCreate, type JsonInput } from '@fractal-server/domain';
import { isOlderGeneration } from '@fractal-server/slurm';
import type { Command } from 'commander';
import { join } from 'node:path';
import { DEFAULT_PROFILE, defaultResource } from '../initial-data/default-definitions.js';
import { DefinitionError } from '../initial-data/definition-error.js';
import { firstAdmin } from '../initial-data/first-admin.js';
import { olderDefinitions } from '../initial-data/older-definitions.js';
import { readDefinition, readJsonFile } from '../initial-data/read-definition.js';
import { findInterpreters } from '../state/interpreters.js';
import { withDatabase } from '../system/database-server.js';

interface Options {
  readonly resource?: string;
  readonly profile?: string;
  readonly adminEmail?: string;
  readonly adminPwd?: string;
  readonly adminProjectDir?: string;
  readonly slurmUser?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A combination of options, or a database, with which the command cannot go on; the text is all that is said. */
class Refusal extends Error {}

/** `fractalctl init-db-data`: default group, first admin, first resource and profile (contract: auth-admin-config-db.md 8). */
export function addInitDbDataCommand(program: Command): void {
  program
    .command('init-db-data')
    .description('store the first data: the default group, an admin, a resource with its profile; what is there already stays')
    .option(
      '--resource <file>',
      'JSON file of the resource, or the word "default" for this machine (or what the variables of the older generation say)',
    )
    .option('--profile <file>', 'JSON file of the profile, or the word "default"')
    .option('--admin-email <address>', 'e-mail of the admin')
    .option('--admin-pwd <text>', 'password of the admin')
    .option('--admin-project-dir <folder>', "where the admin's datasets go")
    .option('--slurm-user <name>', 'account of the cluster that runs the jobs, where the variables of the older generation are mapped')
    .action(async (options: Options) => {
      const environment = readEnvironment();
      const config = loadConfig({ application: applicationSection, database: databaseSection }, withoutOlderBackend(environment));
      try {
        await withDatabase(databaseOptionsOf(config.database, { applicationName: 'fractalctl' }), async (database) => {
          await provideGroup(database, config.application.defaultGroupName);
          await provideAdmin(database, options, config.application.defaultGroupName);
          await provideResource(database, options, environment);
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        console.log(error.message);
        process.exitCode = 1;
      }
    });
}

async function provideGroup(database: Database, name: string | null): Promise<void> {
  if (name === null) console.error('SKIP because FRACTAL_DEFAULT_GROUP_NAME is not set');
  else {
    console.error(`START, name '${name}'`);
    console.error((await ensureDefaultGroup(database, name)) ? `Created group '${name}'` : `Group '${name}' already exists, skip.`);
    console.error('END');
  }
  console.log();
}

async function provideAdmin(database: Database, options: Options, groupName: string | null): Promise<void> {
  const { adminEmail: email, adminPwd: password, adminProjectDir: projectDir } = options;
  const given = [email, password, projectDir].filter((value) => value !== undefined);
  if (given.length === 0) return;
  if (email === undefined || password === undefined || projectDir === undefined) {
    throw new Refusal('You must provide either both or none of `--admin-email`, `--admin-pwd` and `--admin-project-dir`. Exit.');
  }
  const outcome = await ensureSuperuser(database, firstAdmin({ email, password, projectDir }), groupName);
  if (outcome === 'there is a superuser') console.error(`A superuser already exists, skip creation of '${email}'`);
  if (outcome === 'e-mail in use') console.error(`User '${email}' already exists and is no superuser, skip.`);
  console.log();
}

async function provideResource(database: Database, options: Options, environment: Environment): Promise<void> {
  if (options.resource === undefined && options.profile === undefined) return;
  if (options.resource === undefined || options.profile === undefined) {
    throw new Refusal('You must provide both --resource and --profile. Exit.');
  }
  try {
    const { resourceText, profileText } = await definitions(options.resource, options.profile, options.slurmUser, environment);
    const resource = readDefinition('resource', resourceCreate, resourceText);
    const profile = readDefinition('profile', profileCreate, profileText);
    const outcome = await ensureFirstResource(database, { resource, profile });
    if (!outcome.created) throw new Refusal(`There exist already num_resources=${outcome.resourceCount} resources. Exit.`);
    for (const email of outcome.emails) console.log(`Now set profile_id=${outcome.profileId} for ${email}.`);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    console.error(`ERROR: Invalid ${error.what} data.\nOriginal error:\n${error.message}`);
    process.exitCode = 1;
  }
}

/** The word "default" stands for the older generation's installation where its variables are set, else for this machine. */
async function definitions(
  resource: string,
  profile: string,
  slurmUser: string | undefined,
  environment: Environment,
): Promise<{ resourceText: JsonInput; profileText: JsonInput }> {
  const isOlder = isOlderGeneration(environment) && resource === 'default' && profile === 'default';
  if (!isOlder) {
    return {
      resourceText: await definition('resource', resource, async () => defaultResource(foldersHere(), await findInterpreters())),
      profileText: await definition('profile', profile, async () => DEFAULT_PROFILE),
    };
  }
  const older = await olderDefinitions(environment, slurmUser);
  console.log('Prepared resource and profile data from the variables of the older generation:');
  for (const { from, to } of older.mappings) console.log(`  ${from} -> ${to}`);
  return { resourceText: older.resource, profileText: older.profile };
}

/** The older generation had one value for SLURM; servers of today are told `slurm_sudo`. */
function withoutOlderBackend(environment: ReturnType<typeof readEnvironment>): ReturnType<typeof readEnvironment> {
  return environment['FRACTAL_RUNNER_BACKEND'] === 'slurm' ? { ...environment, FRACTAL_RUNNER_BACKEND: 'slurm_sudo' } : environment;
}

async function definition(what: string, given: string, makeDefault: () => Promise<JsonInput>): Promise<JsonInput> {
  const isDefault = given === 'default';
  const found = isDefault ? await makeDefault() : readJsonFile(given);
  console.log(isDefault ? `Prepared default ${what} data.` : `Read ${what} data from ${given}.`);
  return found;
}

function foldersHere(): { jobs: string; tasks: string } {
  return { jobs: join(process.cwd(), 'data-jobs'), tasks: join(process.cwd(), 'data-tasks') };
}
