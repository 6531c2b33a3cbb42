import { assignVariable } from '../expand/parameters.ts';
import { Output } from '../io/output.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { isName } from '../syntax/characters.ts';
import type { Builtin } from './builtin.ts';
import { quote } from './quote.ts';

/** `export` and `readonly`, which differ in the mark they set (XCU 2.14). */
function mark(sh: Interpreter, args: readonly string[], word: 'export' | 'readonly'): number {
  const { variables } = sh.state;
  const operands = args[0] === '-p' ? args.slice(1) : args;
  if (operands.length === 0) {
    const out = new Output(sh.sys.descriptors, 1);
    for (const name of variables.names()) {
      const variable = variables.describe(name);
      if (variable === undefined || !(word === 'export' ? variable.exported : variable.readonly)) continue;
      out.line(variable.value === undefined ? `${word} ${name}` : `${word} ${name}=${quote(variable.value)}`);
    }
    out.flush();
    return 0;
  }
  let remove = false;
  for (const operand of operands) {
    if (operand === '--') continue;
    if (operand === '-n' && word === 'export') {
      remove = true;
      continue;
    }
    const at = operand.indexOf('=');
    const name = at === -1 ? operand : operand.slice(0, at);
    // The mark comes last: `readonly x=1` has to assign first.
    if (!isName(name)) throw new ShellError(`${word}: ${name}: bad variable name`);
    if (at !== -1) assignVariable(sh, name, operand.slice(at + 1));
    variables.mark(name, word === 'export' ? { exported: !remove } : { readonly: true });
  }
  return 0;
}

/** `export [-p] name[=value]…`; `-n`, which takes the mark away, is bash's and dash's. */
export const exportVariables: Builtin['run'] = (sh, args) => mark(sh, args, 'export');
/** `readonly [-p] name[=value]…`. The mark cannot be taken away again. */
export const readonlyVariables: Builtin['run'] = (sh, args) => mark(sh, args, 'readonly');

/** XCU unset: variables, with `-f` functions. A name that is not set is no error. */
export const unset: Builtin['run'] = (sh, args) => {
  let functions = false;
  for (const operand of args) {
    if (operand === '-f' || operand === '-v') {
      functions = operand === '-f';
      continue;
    }
    if (functions) sh.state.functions.delete(operand);
    else if (!isName(operand)) throw new ShellError(`unset: ${operand}: bad variable name`);
    else if (sh.state.variables.unset(operand).outcome === 'readonly')
      throw new ShellError(`unset: ${operand}: is read only`);
  }
  return 0;
};

/**
 * `local name[=value]…`: not POSIX, but every script uses
 * it. What it hides comes back when the function ends.
 */
export const local: Builtin['run'] = (sh, args) => {
  for (const operand of args) {
    const at = operand.indexOf('=');
    const name = at === -1 ? operand : operand.slice(0, at);
    if (!isName(name)) throw new ShellError(`local: ${operand}: bad variable name`);
    if (!sh.state.variables.makeLocal(name)) throw new ShellError('local: not in a function');
    // Without a value a local keeps the outer one, as in dash.
    if (at !== -1) assignVariable(sh, name, operand.slice(at + 1));
  }
  return 0;
};
