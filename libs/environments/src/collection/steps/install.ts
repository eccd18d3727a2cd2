import { countLostActivityAttempts, type NextLook } from '@fractal-server/database';
import { describeCommand } from '@fractal-server/hosts';
import type { ActivityStep, EndedStep, LostStep } from '../../activity/activity-step.js';
import { attemptsFolder, type CollectionLook } from '../collection-context.js';
import { installationPlan } from '../installation-plan.js';
import type { InstallationStep } from '../installation-steps.js';
import { giveUp, logLine, moveOn } from '../move-on.js';
import { REGISTER_TASKS } from '../step-names.js';

/** Between two looks at a command that runs where it cannot be seen from here; a worker of that place may take the next one. */
const ELSEWHERE_SECONDS = 2;
/** An environment is begun anew this often when its installer was killed, after so many seconds each. */
const REPEAT_AFTER_SECONDS = [0, 30, 120] as const;

/** Runs the installer's command that is next, or looks how it does. */
export async function install(look: CollectionLook): Promise<NextLook> {
  const { context, site, collection, lease } = look;
  const { activity, group, spec } = collection;
  const plan = installationPlan(collection);
  const position = plan.findIndex((step) => step.name === activity.step);
  const step = plan[position];
  if (step === undefined) throw new Error(`A collection has no step '${activity.step}'.`);
  const command: ActivityStep = {
    name: step.name,
    argv: step.argv,
    environment: (calls) => site.installerEnvironment(calls),
    workingFolder: group.path,
    attemptsFolder: attemptsFolder(site, spec, activity),
    python: spec.basePython,
  };
  const sight = await context.runner.look(site, activity.id, command, lease);
  switch (sight.kind) {
    case 'running':
      return { afterSeconds: site.attempts.lookEverySeconds };
    case 'elsewhere':
      return { afterSeconds: ELSEWHERE_SECONDS, ...(sight.waitingReason === undefined ? {} : { waitingReason: sight.waitingReason }) };
    case 'lost':
      return beginAgain(look, sight, plan[0]!);
    case 'ended':
      return finish(look, step, sight, plan[position + 1]?.name ?? REGISTER_TASKS);
  }
}

async function finish(look: CollectionLook, step: InstallationStep, sight: EndedStep, next: string): Promise<NextLook> {
  const { group, spec } = look.collection;
  const command = [logLine('INFO', step.purpose), logLine('DEBUG', `Command: ${describeCommand(step.argv)}`)];
  const output = sight.output.trimEnd();
  if (sight.exitCode === 0) {
    return moveOn(look, { step: next, log: [...command, logLine('DEBUG', `Output:\n${output}`)] }, sight.close);
  }
  const end = sight.signal === null ? `returncode=${String(sight.exitCode)}` : `signal ${sight.signal}`;
  const interpreter = `Python ${group.pythonVersion ?? ''} (${spec.basePython})`;
  return giveUp(look, `${step.purpose}, with ${interpreter}: the command ended with ${end}.\n${output}`, command, sight.close);
}

/** An installer that was killed may have left anything: its first command clears the environment and begins anew. */
async function beginAgain(look: CollectionLook, sight: LostStep, first: InstallationStep): Promise<NextLook> {
  const lostBefore = await countLostActivityAttempts(look.context.database, look.collection.activity.id);
  const pause = REPEAT_AFTER_SECONDS[lostBefore];
  if (pause === undefined) return giveUp(look, `${sight.reason} That happened ${lostBefore + 1} times.`, [], sight.close);
  await moveOn(look, { step: first.name, log: [logLine('WARNING', `${sight.reason} The environment is built anew.`)] }, sight.close);
  return pause === 0 ? 'now' : { afterSeconds: pause, waitingReason: sight.reason };
}
