import { Errno, signalNumber } from '@slipway/posix';
import { PROGRAMS } from '../contract/programs.ts';
import { putReply, raiseSignal } from '../memory/reply-page.ts';
import { Ring } from '../memory/ring.ts';
import type { Process, ProcessTable, Task } from '../tables/process-table.ts';
import { canBeCaught, defaultAction } from './default-action.ts';
import type { Ends } from './ends.ts';
import { tell } from './tell.ts';

/** kill(2) and what a signal does to whom it is sent. */
export class Signals {
  readonly #processes: ProcessTable;
  readonly #ends: Ends;
  readonly #kernelSlot: number;

  constructor(processes: ProcessTable, ends: Ends, kernelSlot: number) {
    this.#processes = processes;
    this.#ends = ends;
    this.#kernelSlot = kernelSlot;
  }

  /** kill(2): 0 or a negative errno. A negative `pid` is a group; the signal `0` only asks whether there is anybody. */
  kill(pid: number, signal: string): number {
    if (signal !== '0' && signalNumber(signal) === 0) return Errno.EINVAL;
    const targets =
      pid < 0 ? this.#processes.group(-pid) : this.#processes.alive().filter((process) => process.pid === pid);
    if (targets.length === 0) return Errno.ESRCH;
    if (signal !== '0') for (const target of targets) this.send(target, signal);
    return 0;
  }

  /** A group without processes is no error: nothing happens. */
  sendToGroup(pgid: number, signal: string): void {
    for (const process of this.#processes.group(pgid)) this.send(process, signal);
  }

  /** The process gets the signal: its handler runs, or the default action. */
  send(process: Process, signal: string): void {
    const { main } = process;
    if (main !== null && process.watched.has(signal) && canBeCaught(signal)) {
      if (PROGRAMS[main.seat.kind].signals === 'page') this.#interrupt(main, signal);
      else tell(main, { type: 'signal', signal });
      return;
    }
    if (defaultAction(signal) === 'terminate') this.#ends.end(process, { code: null, signal });
  }

  /** The task has, or has no longer, a handler for a signal. */
  watch({ process }: Task, signal: string, on: boolean): void {
    if (signalNumber(signal) === 0) return;
    if (on && canBeCaught(signal)) process.watched.add(signal);
    else process.watched.delete(signal);
  }

  /** A program that blocks instead of returning to its message queue is told by its page and woken. */
  #interrupt(task: Task, signal: string): void {
    raiseSignal(task.seat.reply, signalNumber(signal));
    if (task.waiting !== null) {
      task.waiting = null;
      putReply(task.seat.reply, { errno: Errno.EINTR, pid: 0, status: null });
    }
    for (const end of task.process.stdio) {
      const input = end?.kind === 'channel' ? end.rings[end.side === 0 ? 1 : 0] : null;
      if (input !== null) new Ring(input, this.#kernelSlot).nudgeReader();
    }
  }
}
