import { describeSignal } from '../io/signals.ts';
import { isDone, type Job } from '../state/jobs.ts';
import { Interrupted } from './control-flow.ts';
import type { Interpreter } from './interpreter-parts.ts';
import { exitCode } from './process.ts';

const EINTR = -4;

/** Takes notice of background processes that have ended, without waiting. */
export function updateJobs(sh: Interpreter): void {
  for (const job of sh.state.jobs.all()) {
    for (const process of job.processes) {
      if (process.status !== undefined) continue;
      const { errno, pid, status } = sh.sys.kernel.wait(process.pid, false);
      if (errno < 0) process.status = { code: 127, signal: null };
      else if (pid !== 0 && status !== null) process.status = status;
    }
  }
}

/** Waits for a whole job: the status of its last process. A trapped signal ends the wait (`undefined`). */
export function waitForJob(sh: Interpreter, job: Job, interruptible: boolean): number | undefined {
  for (const process of job.processes) {
    while (process.status === undefined) {
      const { errno, status } = sh.sys.kernel.wait(process.pid);
      if (errno === EINTR) {
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

export function jobLine(sh: Interpreter, job: Job): string {
  const all = sh.state.jobs.all();
  const mark = job === all.at(-1) ? '+' : job === all.at(-2) ? '-' : ' ';
  return `[${job.id}] ${mark} ${jobState(job).padEnd(26)}${job.text}`;
}

export const noSuchJob = (spec: string): string => `No such job: ${spec}`;
