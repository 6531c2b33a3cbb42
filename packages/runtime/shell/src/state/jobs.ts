import type { ExitStatus } from '@slipway/kernel';

/**
 * `status` is absent while it runs, and for good once it is
 * known: the kernel tells an exit status once (wait(2)).
 */
export interface JobProcess {
  readonly pid: number;
  status: ExitStatus | undefined;
}

/** What one `&` started: a pipeline's processes, all in one group where there is job control. */
export interface Job {
  /** `%1` and on. */
  readonly id: number;
  /** 0 where no process could be started. */
  readonly pgid: number;
  /** The command as it was typed. */
  readonly text: string;
  readonly processes: readonly JobProcess[];
  /** The status by which `wait` and `$?` know it: its last stage's. */
  readonly lastPid: number;
}

/** Background jobs of one shell, oldest first: `%+` is the newest, `%-` the one before. */
export class JobTable {
  readonly #jobs: Job[] = [];

  add(pgid: number, pids: readonly number[], text: string): Job {
    // One more than the greatest, not the smallest that is free: a job's
    // number must not come to mean another while both are on the screen.
    const id = Math.max(0, ...this.#jobs.map((job) => job.id)) + 1;
    const job: Job = {
      id,
      pgid,
      text,
      processes: pids.map((pid) => ({ pid, status: undefined })),
      lastPid: pids.at(-1) ?? 0,
    };
    this.#jobs.push(job);
    return job;
  }

  all(): readonly Job[] {
    return this.#jobs;
  }

  byPid(pid: number): Job | undefined {
    return this.#jobs.find((job) => job.processes.some((process) => process.pid === pid));
  }

  /**
   * `%1`, `%+`, `%-`, `%name`, `%?text` (XBD 3, Job
   * Control Job ID); of several that fit, the newest.
   */
  bySpec(spec: string): Job | undefined {
    const name = spec.slice(1);
    if (name === '' || name === '%' || name === '+') return this.#jobs.at(-1);
    if (name === '-') return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    if (/^\d+$/.test(name)) return this.#jobs.find((job) => job.id === Number(name));
    if (name.startsWith('?')) return this.#jobs.findLast((job) => job.text.includes(name.slice(1)));
    return this.#jobs.findLast((job) => job.text.startsWith(name));
  }

  record(pid: number, status: ExitStatus): void {
    const process = this.byPid(pid)?.processes.find((candidate) => candidate.pid === pid);
    if (process !== undefined) process.status = status;
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at !== -1) this.#jobs.splice(at, 1);
  }
}

/** Over, and its statuses known; a pipeline only when every stage is. */
export const isDone = (job: Job): boolean => job.processes.every((process) => process.status !== undefined);
