import { Errno } from '@slipway/posix';
import { describeSignal } from '../io/signals.ts';
import { isDone, type Job } from '../state/jobs.ts';
import { Interrupted } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { exitCode } from '../process/process.ts';

/** Takes notice of background processes that have ended, without waiting (wait(2) with WNOHANG). */
export function updateJobs(sh: Interpreter): void {
  for (const job of sh.state.jobs.all()) {
    for (const process of job.processes) {
      if (process.status !== undefined) continue;
      const { errno, pid, status } = sh.sys.kernel.wait(process.pid, false);
      // Somebody else has waited for it: 127, as `wait` says of a process it does not know.
      if (errno < 0) process.status = { code: 127, signal: null };
      else if (pid !== 0 && status !== null) process.status = status;
    }
  }
}

/**
 * Waits for a whole job: the status of its last process, and the job is
 * forgotten. With `interruptible`, as the builtin `wait` is, a signal
 * ends the wait (`undefined`); without, only ^C at a terminal does.
 */
export function waitForJob(sh: Interpreter, job: Job, interruptible: boolean): number | undefined {
  for (const process of job.processes) {
    while (process.status === undefined) {
      const { errno, status } = sh.sys.kernel.wait(process.pid);
      if (errno === Errno.EINTR) {
        sh.desk.poll();
        if (interruptible) return undefined;
        if (sh.jobControl !== undefined) throw new Interrupted();
      } else process.status = status ?? { code: 127, signal: null };
    }
  }
  sh.state.jobs.remove(job);
  const last = job.processes.at(-1)?.status;
  return last === undefined ? 127 : exitCode(last);
}

/** `Done`, `Running`, … as `jobs` prints it. */
export function jobState(job: Job): string {
  if (!isDone(job)) return 'Running';
  const status = job.processes.at(-1)?.status;
  if (status === undefined) return 'Done';
  if (status.signal !== null) return describeSignal(status.signal);
  return status.code === 0 ? 'Done' : `Done(${status.code})`;
}

/** A line of `jobs`, as bash prints it: `+` is the job that `fg` takes, `-` the next one. */
export function jobLine(sh: Interpreter, job: Job): string {
  const all = sh.state.jobs.all();
  const mark = job === all.at(-1) ? '+' : job === all.at(-2) ? '-' : ' ';
  return `[${job.id}] ${mark} ${jobState(job).padEnd(26)}${job.text}`;
}

/** What `fg`, `wait` and `kill` say of a job that is not there; dash's words. */
export const noSuchJob = (spec: string): string => `No such job: ${spec}`;
