import type { Shell } from './shell.ts';
import type { Command } from '../syntax/ast.ts';
import type { RedirectUndo } from '../process/descriptors.ts';
import type { SignalDesk } from '../process/signal-desk.ts';

/**
 * The terminal of an interactive shell and the shell's own
 * group on it. Absent: no job control (`set +m`, a script).
 */
export interface JobControl {
  readonly channel: number;
  readonly pgid: number;
}

/**
 * The interpreter as its own files see it: an interface here, so that
 * `jobs/` and `builtins/` need not import `run/`, which imports them.
 */
export interface Interpreter extends Shell {
  readonly desk: SignalDesk;
  readonly jobControl: JobControl | undefined;
  /** Redirections made by `exec` that end with the current subshell; `undefined` in the main shell. */
  readonly frame: RedirectUndo | undefined;
  /** `$?` of the last command substitution of the command being expanded. */
  substitutionStatus: number | undefined;
  /** Hidden descriptors that keep files without a name alive until the children that got them have opened them. */
  readonly lingering: number[];
  /** Runs one command; its status, which it leaves to the caller to store. `tail` as in `runList`. */
  execute(command: Command, tail: boolean): number;
  /** Runs `body` with a copy of the state, as a subshell in this process. */
  inSubshell(body: () => number): number;
  /** Runs a trap or another text without changing `$?`. */
  runHandler(text: string): void;
}
