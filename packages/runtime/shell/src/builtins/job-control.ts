import { Output } from '../io/output.ts';
import { signalNumber } from '../io/signals.ts';
import { killProcesses } from '../applets/kill-processes.ts';
import { takeTerminalBack } from '../jobs/foreground.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { jobLine, noSuchJob, updateJobs, waitForJob } from '../jobs/jobs.ts';
import { isDone, type Job } from '../state/jobs.ts';
import type { Builtin } from './builtin.ts';

/**
 * XCU jobs: `-p` process groups alone, `-l` with process
 * numbers. A job that is over is shown once and forgotten.
 */
export const jobs: Builtin['run'] = (sh, args) => {
  updateJobs(sh);
  const out = new Output(sh.sys.descriptors, 1);
  const pidsOnly = args.includes('-p');
  for (const job of [...sh.state.jobs.all()]) {
    out.line(
      pidsOnly
        ? String(job.pgid)
        : args.includes('-l')
          ? jobLine(sh, job).replace(/^(\[\d+\] .)/, `$1 ${job.lastPid}`)
          : jobLine(sh, job),
    );
    if (isDone(job)) sh.state.jobs.remove(job);
  }
  out.flush();
  return 0;
};

/** By `%spec` or by a process's number; without either the newest. */
function findJob(sh: Interpreter, spec: string | undefined): Job | undefined {
  if (spec === undefined) return sh.state.jobs.all().at(-1);
  return spec.startsWith('%') ? sh.state.jobs.bySpec(spec) : sh.state.jobs.byPid(Number(spec));
}

/**
 * XCU wait: 127 for what is no child of this shell, above 128
 * when a trapped signal came first; the trap runs afterwards.
 */
export const wait: Builtin['run'] = (sh, args) => {
  // Which signal it was, the kernel did not say; a shell with
  // one trap, which is the usual one, is told the truth.
  const interrupted = (): number => {
    const name = [...sh.desk.watched].find((candidate) => sh.state.traps.get(candidate) !== undefined) ?? 'INT';
    return 128 + signalNumber(name);
  };
  if (args.length === 0) {
    for (const job of [...sh.state.jobs.all()]) if (waitForJob(sh, job, true) === undefined) return interrupted();
    return 0;
  }
  let status = 0;
  for (const spec of args) {
    const job = findJob(sh, spec);
    if (job === undefined) {
      if (spec.startsWith('%')) sh.warn(`wait: ${noSuchJob(spec)}`);
      status = 127;
      continue;
    }
    const result = waitForJob(sh, job, true);
    if (result === undefined) return interrupted();
    status = result;
  }
  return status;
};

/** XCU fg: the job gets the terminal, and the shell waits for it. */
export const fg: Builtin['run'] = (sh, args) => {
  if (sh.jobControl === undefined) {
    sh.warn('fg: No job control');
    return 2;
  }
  const job = findJob(sh, args[0]);
  if (job === undefined) {
    sh.warn(`fg: ${args[0] === undefined ? 'No current job' : noSuchJob(args[0])}`);
    return 2;
  }
  // Before the line is printed, so that no key typed after it goes astray.
  sh.sys.kernel.setForeground(sh.jobControl.channel, job.pgid);
  try {
    const out = new Output(sh.sys.descriptors, 1);
    out.line(job.text);
    out.flush();
    return waitForJob(sh, job, false) ?? 0;
  } finally {
    takeTerminalBack(sh);
  }
};

/** XCU bg. Nothing can be stopped in this container, so a job in the background runs already. */
export const bg: Builtin['run'] = (sh, args) => {
  const job = findJob(sh, args[0]);
  if (job === undefined) {
    sh.warn(`bg: ${args[0] === undefined ? 'No current job' : noSuchJob(args[0])}`);
    return 2;
  }
  const out = new Output(sh.sys.descriptors, 1);
  out.line(`[${job.id}] ${job.text}`);
  out.flush();
  return 0;
};

/** The builtin only turns `%job` into numbers; the rest is the command `kill`. */
export const kill: Builtin['run'] = (sh, args) => {
  const resolved: string[] = [];
  for (const arg of args) {
    if (!arg.startsWith('%')) {
      resolved.push(arg);
      continue;
    }
    const job = sh.state.jobs.bySpec(arg);
    if (job === undefined) {
      sh.warn(`kill: ${noSuchJob(arg)}`);
      return 2;
    }
    if (sh.jobControl !== undefined) {
      // A group is a negative number, which must not be taken for a signal.
      if (resolved.length === 0) resolved.push('--');
      resolved.push(`-${job.pgid}`);
    } else resolved.push(...job.processes.map((process) => String(process.pid)));
  }
  const out = new Output(sh.sys.descriptors, 1);
  const status = killProcesses(sh.sys, resolved, {
    line: (text) => out.line(text),
    complain: (text) => sh.warn(`kill: ${text}`),
  });
  out.flush();
  return status;
};
