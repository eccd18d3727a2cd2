export { findRun, insertAccountingRecord, insertRun, moveRun, type EngineRun, type NewRun, type UnitFailure } from './run.queries.js';
export {
  deleteOutputs,
  insertUnits,
  linkImagesToUnits,
  listEndedUnits,
  listUnfinishedUnits,
  readInitResult,
  settleUnits,
  turnUnits,
  unlinkImages,
  type EndedUnit,
  type NewUnit,
  type ResultsPosition,
  type SettledUnit,
  type Settlement,
  type UnfinishedUnit,
} from './unit.queries.js';
