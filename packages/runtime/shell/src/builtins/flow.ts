import { FunctionReturn, LoopExit, ShellError, ShellExit } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import type { Builtin } from './builtin.ts';

/** An operand of XCU 2.14's builtins: unsigned decimal. What is not ends the script. */
function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new ShellError(`Illegal number: ${text}`);
  return Number(text);
}

function leaveLoop(sh: Interpreter, args: readonly string[], kind: 'break' | 'continue'): number {
  const levels = number(args[0], 1);
  if (levels === 0) throw new ShellError(`Illegal number: ${args[0]}`);
  // Outside a loop nothing happens; more levels than loops leave all of them.
  if (sh.state.loopDepth > 0) throw new LoopExit(kind, Math.min(levels, sh.state.loopDepth));
  return 0;
}

/** `break [n]`, n from 1 (XCU 2.14). */
export const breakLoop: Builtin['run'] = (sh, args) => leaveLoop(sh, args, 'break');
/** `continue [n]`: on with the n-th loop around, of which the inner ones are left. */
export const continueLoop: Builtin['run'] = (sh, args) => leaveLoop(sh, args, 'continue');

/** 0 to 255, by default `$?`. bash knows negative ones: `exit -1` is 255. */
function status(sh: Interpreter, text: string | undefined): number {
  const negative = sh.dialect === 'extended' && text?.startsWith('-') === true;
  return (negative ? -number(text.slice(1), 0) : number(text, sh.state.status)) & 255;
}

/** `exit [n]`. Ends a subshell where it is in one. */
export const exit: Builtin['run'] = (sh, args) => {
  throw new ShellExit(status(sh, args[0]));
};

/** `return [n]`: from the function or sourced file around it. */
export const returnFrom: Builtin['run'] = (sh, args) => {
  throw new FunctionReturn(status(sh, args[0]));
};

/**
 * `shift [n]`: `$1` is what `$n+1` was. More than there
 * are is an error that ends the script, as in dash.
 */
export const shift: Builtin['run'] = (sh, args) => {
  const count = number(args[0], 1);
  if (count > sh.state.parameters.length) throw new ShellError("shift: can't shift that many");
  sh.state.parameters = sh.state.parameters.slice(count);
  return 0;
};
