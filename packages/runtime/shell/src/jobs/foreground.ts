import type { ExitStatus, SpawnRequest } from '@slipway/kernel';
import { encode } from '../io/text.ts';
import { Interrupted } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { exitCode, obituary, type ProgramStart, startProgram, waitFor } from '../process/process.ts';

/** A program without where it belongs, which `groupOf` decides. */
export type ForegroundStart = Omit<ProgramStart, 'group' | 'foreground'>;

/**
 * Starts a program as (part of) the foreground job. `leader` is the job's first
 * process, 0 when this is it. A negative pid is an errno; the leader stays then.
 */
export function startForeground(
  sh: Interpreter,
  program: ForegroundStart,
  leader = 0,
): { pid: number; leader: number } {
  const pid = startProgram(sh.sys, { ...program, ...groupOf(sh, leader, true) });
  return { pid, leader: leader !== 0 || pid < 0 ? leader : pid };
}

/** Starts a program that nobody waits for at once; it never gets the terminal. */
export function startBackground(
  sh: Interpreter,
  program: ForegroundStart,
  leader = 0,
): { pid: number; leader: number } {
  const pid = startProgram(sh.sys, { ...program, ...groupOf(sh, leader, false) });
  return { pid, leader: leader !== 0 || pid < 0 ? leader : pid };
}

/** At a terminal every job is a group of its own; otherwise all are in the shell's. */
function groupOf(
  sh: Interpreter,
  leader: number,
  foreground: boolean,
): { group: SpawnRequest['group']; foreground: boolean } {
  if (sh.jobControl === undefined) return { group: 'inherit', foreground: false };
  // Only with the first process: the others join a group that has it already.
  return { group: leader === 0 ? 'new-group' : { join: leader }, foreground: foreground && leader === 0 };
}

/**
 * Waits for a foreground job: the codes of its processes, in order. Takes the terminal back, tells
 * of a signal that ended the last of them, and throws `Interrupted` at a terminal when that was ^C.
 */
export function waitForeground(sh: Interpreter, pids: readonly number[]): number[] {
  const statuses: ExitStatus[] = pids.map((pid) =>
    waitFor(sh.sys, pid, () => {
      // Taken notice of only: a trap runs when the command has ended (XCU 2.11).
      sh.desk.poll();
    }),
  );
  takeTerminalBack(sh);
  const last = statuses.at(-1);
  const text = last === undefined ? undefined : obituary(last);
  if (text !== undefined) sh.sys.descriptors.write(2, encode(`${text}\n`), null);
  // A ^C that ended the job is meant for everything typed on that line.
  if (sh.jobControl !== undefined && last?.signal === 'SIGINT') throw new Interrupted();
  return statuses.map(exitCode);
}

/**
 * The shell's group is in the foreground again. Before anything is printed: a
 * job that still holds the terminal would get the keys typed at the prompt.
 */
export function takeTerminalBack(sh: Interpreter): void {
  if (sh.jobControl !== undefined) sh.sys.kernel.setForeground(sh.jobControl.channel, sh.jobControl.pgid);
}
