import { assignVariable } from '../expand/parameters.ts';
import { encode } from '../io/text.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Builtin } from './builtin.ts';

/**
 * XCU getopts: one option a call, 0 while there is one. Its place is in OPTIND, which
 * scripts see, and within `-abc` in the state, which they do not. A letter nobody expects is
 * `?`; with a leading `:` in the specification nothing is printed and OPTARG has the letter.
 */
export const getopts: Builtin['run'] = (sh, args) => {
  const [specification, name, ...given] = args;
  if (specification === undefined || name === undefined)
    throw new ShellError('getopts: Usage: getopts optstring var [arg]');
  const operands = given.length > 0 ? given : sh.state.parameters;
  const silent = specification.startsWith(':');
  const letters = silent ? specification.slice(1) : specification;
  let index = Number(sh.state.variables.get('OPTIND') ?? '1');
  if (!Number.isInteger(index) || index < 1) index = 1;
  // A script that sets OPTIND starts over.
  let offset = index === sh.state.getopts.index ? sh.state.getopts.offset : 1;

  const finish = (status: number, option: string, argument: string | undefined): number => {
    sh.state.getopts = { index, offset };
    assignVariable(sh, 'OPTIND', String(index));
    if (argument === undefined) sh.state.variables.unset('OPTARG');
    else assignVariable(sh, 'OPTARG', argument);
    assignVariable(sh, name, option);
    return status;
  };
  const complain = (text: string): void => {
    sh.sys.descriptors.write(2, encode(`${text}\n`), null);
  };

  const operand = operands[index - 1];
  // The end: no option is begun and the next operand is none, `-` alone included.
  if (offset === 1 && (operand === undefined || !/^-./.test(operand) || operand === '--')) {
    if (operand === '--') index++;
    return finish(1, '?', undefined);
  }
  const letter = operand?.[offset] ?? '';
  offset++;
  const isLast = offset >= (operand?.length ?? 0);
  // A colon is not a letter but says that the one before it takes an argument.
  const at = letter === ':' ? -1 : letters.indexOf(letter);
  const next = (): void => {
    index++;
    offset = 1;
  };
  if (at === -1) {
    if (isLast) next();
    if (silent) return finish(0, '?', letter);
    complain(`Illegal option -${letter}`);
    return finish(0, '?', undefined);
  }
  if (letters[at + 1] !== ':') {
    if (isLast) next();
    return finish(0, letter, undefined);
  }
  const attached = isLast ? undefined : operand?.slice(offset);
  next();
  if (attached !== undefined) return finish(0, letter, attached);
  // The argument is the next operand, whatever it looks like (XBD 12.2, guideline 6).
  const argument = operands[index - 1];
  if (argument !== undefined) {
    index++;
    return finish(0, letter, argument);
  }
  if (silent) return finish(0, ':', letter);
  complain(`No arg for -${letter} option`);
  return finish(0, '?', undefined);
};
