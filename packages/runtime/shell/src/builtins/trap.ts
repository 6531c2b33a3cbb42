import { Output } from '../io/output.ts';
import { parseSignal, signalNumber } from '../io/signals.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import type { Builtin } from './builtin.ts';
import { quote } from './quote.ts';

/**
 * XCU 2.14 trap. Conditions are names without SIG or
 * numbers; `EXIT` and 0 are the end of the shell.
 */
export const trap: Builtin['run'] = (sh, args) => {
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [action, ...conditions] = operands;
  if (action === undefined) {
    const out = new Output(sh.sys.descriptors, 1);
    // As `trap` reads it back, in the order of the numbers.
    const sorted = [...sh.state.traps].sort(([a], [b]) => signalNumber(a) - signalNumber(b));
    for (const [name, text] of sorted) out.line(`trap -- ${quote(text)} ${name}`);
    out.flush();
    return 0;
  }
  // XCU trap: when the first operand is an unsigned number all of them are
  // conditions, to be reset; `trap INT` too, as everybody does it. With `-` likewise.
  const resets = action === '-' || /^\d+$/.test(action) || conditions.length === 0;
  for (const condition of resets && action !== '-' ? operands : conditions) {
    const name = parseSignal(condition);
    if (name === undefined) throw new ShellError(`trap: ${condition}: bad trap`);
    setTrap(sh, name, resets ? undefined : action);
  }
  return 0;
};

/** Undefined takes the trap away, an empty action has the signal ignored (XCU trap). */
function setTrap(sh: Interpreter, name: string, action: string | undefined): void {
  if (action === undefined) sh.state.traps.delete(name);
  else sh.state.traps.set(name, action);
  // An interactive shell keeps watching what would end it.
  if (!sh.interactive) sh.desk.watch(name, action !== undefined);
  else if (action !== undefined) sh.desk.watch(name, true);
  // The wish travels by message. Asking the kernel anything makes sure that it has arrived
  // before the script goes on and tells somebody that it is ready.
  if (name !== 'EXIT') sh.sys.kernel.kill(sh.sys.start.pid, '0');
}
