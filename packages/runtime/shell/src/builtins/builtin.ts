import type { RedirectUndo } from '../process/descriptors.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';

/** What a builtin cannot find in the shell's state. */
export interface BuiltinContext {
  /** What the command's redirections changed: `exec` makes it permanent. */
  readonly undo: RedirectUndo | undefined;
  /** Nothing of this shell comes after it: `command ls` may take the process over. */
  readonly tail: boolean;
}

/**
 * A command of the shell itself. It returns its status and
 * throws `ShellError` where a special one has to end a script.
 */
export interface Builtin {
  /** XCU 2.14: assignments before it stay, its errors end a script. */
  readonly special: boolean;
  run(sh: Interpreter, args: readonly string[], context: BuiltinContext): number;
}

/** What any script may replace by a function of its own. */
export const regular = (run: Builtin['run']): Builtin => ({ special: false, run });
/** One of XCU 2.14's, found before functions. */
export const special = (run: Builtin['run']): Builtin => ({ special: true, run });
