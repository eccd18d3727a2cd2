export {
  ensureDefaultGroup,
  ensureFirstResource,
  ensureSuperuser,
  type FirstResourceOutcome,
  type FirstSuperuser,
  type SuperuserOutcome,
} from './initial-data.js';
