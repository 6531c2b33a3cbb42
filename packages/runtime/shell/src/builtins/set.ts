import { Output } from '../io/output.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { isOptionName, optionNames, optionOfLetter, type OptionName } from '../state/options.ts';
import type { Builtin } from './builtin.ts';
import { quote } from './quote.ts';

/**
 * XCU set: without anything all variables as the shell
 * reads them back, else options and new parameters.
 */
export const set: Builtin['run'] = (sh, args) => {
  if (args.length === 0) {
    const out = new Output(sh.sys.descriptors, 1);
    for (const name of sh.state.variables.names()) {
      const value = sh.state.variables.get(name);
      if (value !== undefined) out.line(`${name}=${quote(value)}`);
    }
    out.flush();
    return 0;
  }
  const rest = applyOptions(sh, args);
  if (rest !== undefined) sh.state.parameters = rest;
  return 0;
};

/**
 * Options of `set` and of the shell itself. The operands, `undefined` when there
 * were none: then the parameters stay as they are, where `--` alone takes them away.
 */
export function applyOptions(sh: Interpreter, args: readonly string[]): readonly string[] | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return args.slice(i + 1);
    // Obsolescent in POSIX: `set -` ends tracing and leaves the other options.
    if (arg === '-') {
      sh.state.options.delete('xtrace');
      sh.state.options.delete('verbose');
      return i + 1 < args.length ? args.slice(i + 1) : undefined;
    }
    if (!/^[-+]./.test(arg)) return args.slice(i);
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) listOptions(sh, on);
        else if (isOptionName(name)) toggle(sh, name, on);
        else throw new ShellError(`set: Illegal option ${arg[0]}o ${name}`);
        continue;
      }
      const option = optionOfLetter(letter);
      if (option === undefined) throw new ShellError(`set: Illegal option ${arg[0]}${letter}`);
      toggle(sh, option, on);
    }
  }
  return undefined;
}

function toggle(sh: Interpreter, name: OptionName, on: boolean): void {
  if (on) sh.state.options.add(name);
  else sh.state.options.delete(name);
}

/** `set -o` for people, `set +o` as commands that bring the options back (XCU set). */
function listOptions(sh: Interpreter, readable: boolean): void {
  const out = new Output(sh.sys.descriptors, 1);
  if (readable) out.line('Current option settings');
  for (const name of optionNames) {
    const on = sh.state.options.has(name);
    out.line(readable ? `${name.padEnd(16)}${on ? 'on' : 'off'}` : `set ${on ? '-' : '+'}o ${name}`);
  }
  out.flush();
}
