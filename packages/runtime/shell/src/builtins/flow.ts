import { FunctionReturn, LoopExit, ShellError, ShellExit } from '../run/control-flow.ts';
import type { Interpreter } from '../run/interpreter-parts.ts';
import type { Builtin } from './builtin.ts';

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

export const breakLoop: Builtin['run'] = (sh, args) => leaveLoop(sh, args, 'break');
export const continueLoop: Builtin['run'] = (sh, args) => leaveLoop(sh, args, 'continue');

export const exit: Builtin['run'] = (sh, args) => {
  throw new ShellExit(number(args[0], sh.state.status) & 255);
};

export const returnFrom: Builtin['run'] = (sh, args) => {
  throw new FunctionReturn(number(args[0], sh.state.status) & 255);
};

export const shift: Builtin['run'] = (sh, args) => {
  const count = number(args[0], 1);
  if (count > sh.state.parameters.length) throw new ShellError("shift: can't shift that many");
  sh.state.parameters = sh.state.parameters.slice(count);
  return 0;
};
