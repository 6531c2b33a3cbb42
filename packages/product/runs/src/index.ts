/** Runs of a project in a container: what a tab and a sandbox drive alike. */
export { FailureFinder } from './failure-finder.ts';
export { type InstallNeed } from './install-need.ts';
export {
  type InstallProgress,
  isFetchLine,
  lockedPackages,
  makeProgress,
  nextProgress,
  progressText,
} from './install-progress.ts';
export { LineSplitter } from './line-splitter.ts';
export type { RunControl } from './run-control.ts';
export { RunDriver, type RunListeners } from './run-driver.ts';
export { LOG_PATH, RUN_FOLDER } from './run-files.ts';
export type { KeptInstall, RunHost, RunOffer, RunOutput } from './run-host.ts';
export { RunRefused } from './run-refused.ts';
export type { RunView, ScriptTask } from './run-view.ts';
