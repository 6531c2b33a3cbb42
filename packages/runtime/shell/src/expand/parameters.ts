import { ShellError } from '../state/control-flow.ts';
import type { Shell } from '../state/shell.ts';
import { optionFlags } from '../state/options.ts';

/** The value of `$name`, `undefined` when unset. `@` and `*` are joined here; lists are made by the caller. */
export function getParameter(sh: Shell, name: string): string | undefined {
  const { state } = sh;
  switch (name) {
    case '@':
    case '*':
      // No parameters is as unset, so that `${@-none}` gives `none`.
      return state.parameters.length === 0 ? undefined : joinParameters(sh, name);
    case '#':
      return String(state.parameters.length);
    case '?':
      return String(state.status);
    case '-':
      return optionFlags(state.options);
    case '$':
      return String(state.shellPid);
    case '!':
      return state.lastBackground === undefined ? undefined : String(state.lastBackground);
    case '0':
      return state.arg0;
    case 'LINENO':
      return String(state.line);
    default:
      // `$1` and on; `$0` is above. `${10}` comes here
      // too, since the parser has read all its digits.
      return /^\d/.test(name) ? state.parameters[Number(name) - 1] : state.variables.get(name);
  }
}

/** `"$*"` is joined by the first character of IFS, anything else by a space. */
export function joinParameters(sh: Shell, name: string): string {
  const ifs = sh.state.variables.get('IFS');
  return sh.state.parameters.join(name === '*' ? (ifs === undefined ? ' ' : ifs.slice(0, 1)) : ' ');
}

/**
 * Assigns and, under `set -a`, exports. A readonly name is an
 * error of a variable assignment, which ends a script (XCU 2.8.1).
 */
export function assignVariable(sh: Shell, name: string, value: string): void {
  const result = sh.state.variables.set(name, value, sh.state.options.has('allexport'));
  if (result.outcome === 'readonly') throw new ShellError(`${name}: is read only`);
}
