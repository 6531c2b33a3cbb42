import { type RunnerFile, runnerInput, type RunnerInput, type RunnerOutput, type RunnerPlan } from '@slipway/contracts';
import { isFetchLine } from '@slipway/runs';
import type { DriverResult, DriverStep } from '../driver/driver-protocol.ts';
import { makeInstallLog } from './install-log.ts';
import type { SandboxDriver } from './sandbox-driver.ts';
import type { SandboxRuntime } from './sandbox-runtime.ts';

/** Runs a build document in a sandbox of its own, by any driver: create, start, destroy. */
export function createBuildRuntime(
  driver: Pick<SandboxDriver, 'create' | 'start' | 'destroy'>,
  { memoryLimitBytes }: { memoryLimitBytes: number },
): SandboxRuntime {
  return {
    run: async (text, io) => {
      // Parsed again, although we wrote it: another runtime gets no more than this text.
      const document = runnerInput.parse(JSON.parse(text));
      const installLog = makeInstallLog(io.log, lockfileOf(document.files));
      try {
        await driver.create(document.jobId, { memoryLimitBytes, signal: io.signal });
        const result = await driver.start(document.jobId, {
          files: document.files,
          steps: buildSteps(document.plan),
          output: { root: document.plan.root, folder: document.plan.output },
          log: installLog.log,
          file: io.file,
        });
        return JSON.stringify(describe(document, result));
      } finally {
        installLog.end();
        // Also where `create` failed half way: `destroy` of what is not there is harmless.
        await driver.destroy(document.jobId);
      }
    },
  };
}

/**
 * The commands of a plan, in the project's own shell. npm's installs are known: the lines of their fetches become
 * the install's progress (`makeInstallLog`), and where `npm ci` refuses a lockfile that npm itself has written
 * (optional packages of other platforms were not to be had), `npm install` takes what is locked and adds nothing.
 */
function buildSteps({ installRoot, root, install, build, variables }: RunnerPlan): DriverStep[] {
  // What hosted builders set: tools leave out prompts and
  // progress bars, and many take warnings for errors.
  const env = { CI: 'true', ...variables };
  const step = (folder: string, text: string): DriverStep => {
    const title = folder === '' ? text : `cd ${folder} && ${text}`;
    const line = folder === '' ? text : `cd ${quote(folder)} && ${text}`;
    return { command: 'jsh', args: ['-c', line], title, env };
  };
  const steps: DriverStep[] = [];
  if (install !== null) {
    const options = '--no-audit --no-fund --loglevel=http';
    const known = install === 'npm ci' || install === 'npm install';
    const own = step(installRoot, known ? `${install} ${options}` : install);
    const instead = { ofStderr: 'code EUSAGE', ...step(installRoot, `npm install ${options}`) };
    steps.push(install === 'npm ci' ? { ...own, instead } : own);
  }
  if (build !== null) steps.push(step(root, build));
  return steps;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The text of the project's lockfile, which says how many packages there will be. */
function lockfileOf(files: readonly RunnerFile[]): string | undefined {
  const file = files.find(({ path }) => path === 'package-lock.json');
  return file?.kind === 'file' ? Buffer.from(file.base64, 'base64').toString('utf8') : undefined;
}

function describe(document: RunnerInput, result: DriverResult): RunnerOutput {
  const { jobId, projectId, snapshotId } = document;
  const failed = (errorSummary: string): RunnerOutput => ({
    jobId,
    projectId,
    snapshotId,
    status: 'failed',
    errorSummary,
    logs: [],
  });
  switch (result.outcome) {
    case 'built':
      return {
        jobId,
        projectId,
        snapshotId,
        status: 'succeeded',
        artifactId: document.artifactDestination.artifactId,
        logs: result.leftOut.map(({ path, why }) => ({ stream: 'system', text: `left out "${path}": ${why}` })),
      };
    case 'exited':
      return failed(`runner exited: ${withoutFetches(result.stderr) || `${result.command}: ${endingOf(result)}`}`);
    case 'no-output': {
      const others = result.found.length > 0 ? `; it has ${result.found.join(', ')}` : '';
      return failed(`the build wrote no "${result.folder}" folder${others}`);
    }
    case 'empty-output':
      return failed(`the output folder "${result.folder}" is empty`);
    case 'too-many-files':
      return failed(`the output has more than ${result.limit} files`);
    case 'boot-failed':
      return failed(`the container did not boot: ${result.message}`);
  }
}

const endingOf = ({ signal, code }: { signal: string | null; code: number | null }): string =>
  signal ?? `exit code ${code}`;

/** What npm said that is an answer for people. */
function withoutFetches(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !isFetchLine(line))
    .join('\n')
    .trim();
}
