import type { RedirectUndo } from '../run/descriptors.ts';
import type { Interpreter } from '../run/interpreter-parts.ts';

export interface BuiltinContext {
  /** What the command's redirections changed: `exec` makes it permanent. */
  readonly undo: RedirectUndo | undefined;
  readonly tail: boolean;
}

export interface Builtin {
  /** XCU 2.14: assignments before it stay, its errors end a script. */
  readonly special: boolean;
  run(sh: Interpreter, args: readonly string[], context: BuiltinContext): number;
}

export const regular = (run: Builtin['run']): Builtin => ({ special: false, run });
export const special = (run: Builtin['run']): Builtin => ({ special: true, run });
