import type { RunReport } from '@slipway/contracts';
import type { InstallNeed } from './install-need.ts';
import type { InstallProgress } from './install-progress.ts';

/** A script that runs beside the run, such as a test or a formatter. */
export interface ScriptTask {
  readonly id: number;
  readonly script: string;
}

/** Everything that a panel shows of a project's runs. The report in it is derived when the view is made. */
export interface RunView {
  readonly report: RunReport;
  /** What is at work for the run: `npm install` or another's, or the script by its name. */
  readonly work: string | undefined;
  readonly progress: InstallProgress | undefined;
  /** How the last run ended, until another begins. */
  readonly ended: { readonly work: string; readonly code: number | null } | undefined;
  /** How often the server was started again in the last minute. */
  readonly restarts: number;
  /** `changed`: package.json or the lockfile is another than the installed one. */
  readonly need: InstallNeed;
  readonly scripts: readonly string[];
  readonly tasks: readonly ScriptTask[];
}
