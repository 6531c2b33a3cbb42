import type { RunnerPlan } from '@slipway/contracts';

/** One command of a build, run without a terminal in the folder of the snapshot. */
export interface BuildStep {
  command: string;
  args: string[];
  env: Record<string, string>;
  kind: 'install' | 'build';
  title: string;
  /** What runs in its place when it failed and its stderr holds `ofStderr`. */
  instead?: { ofStderr: string } & Omit<BuildStep, 'instead'>;
}

/**
 * The commands of a plan, in the project's own shell. npm's installs are known: the lines of their fetches become
 * the install's progress (`makeInstallLog`), and where `npm ci` refuses a lockfile that npm itself has written
 * (optional packages of other platforms were not to be had), `npm install` takes what is locked and adds nothing.
 */
export function buildSteps({ installRoot, root, install, build, variables }: RunnerPlan): BuildStep[] {
  // What hosted builders set: tools leave out prompts and
  // progress bars, and many take warnings for errors.
  const env = { CI: 'true', ...variables };
  const step = (kind: BuildStep['kind'], folder: string, text: string): BuildStep => {
    const title = folder === '' ? text : `cd ${folder} && ${text}`;
    const line = folder === '' ? text : `cd ${quote(folder)} && ${text}`;
    return { kind, command: 'jsh', args: ['-c', line], title, env };
  };
  const steps: BuildStep[] = [];
  if (install !== null) {
    const options = '--no-audit --no-fund --loglevel=http';
    const known = install === 'npm ci' || install === 'npm install';
    const own = step('install', installRoot, known ? `${install} ${options}` : install);
    const instead = { ofStderr: 'code EUSAGE', ...step('install', installRoot, `npm install ${options}`) };
    steps.push(install === 'npm ci' ? { ...own, instead } : own);
  }
  if (build !== null) steps.push(step('build', root, build));
  return steps;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
