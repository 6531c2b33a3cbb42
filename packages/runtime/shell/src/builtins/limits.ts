import { symbolicMask, parseMask } from '../applets/mode.ts';
import { Output } from '../io/output.ts';
import { encode } from '../io/text.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import type { Builtin } from './builtin.ts';

function print(sh: Interpreter, text: string): number {
  const out = new Output(sh.sys.descriptors, 1);
  out.line(text);
  out.flush();
  return 0;
}

/**
 * XCU umask: octal or symbolic, `-S` prints it so. It
 * is the process's and put back when a subshell ends.
 */
export const umask: Builtin['run'] = (sh, args) => {
  const symbolic = args[0] === '-S';
  const operand = symbolic ? args[1] : args[0];
  if (operand === undefined) {
    const mask = sh.sys.umask();
    return print(sh, symbolic ? symbolicMask(mask) : mask.toString(8).padStart(4, '0'));
  }
  const mask = parseMask(operand, sh.sys.umask());
  if (mask === undefined) throw new ShellError(`umask: Illegal mode: ${operand}`);
  sh.sys.umask(mask);
  return 0;
};

// What the kernel's descriptor table takes (`MAX_DESCRIPTORS`).
const OPEN_FILES = 4096;
// The words are dash's, down to the blanks, since scripts cut them at columns.
const RESOURCES: readonly (readonly [letter: string, text: string])[] = [
  ['t', 'time(seconds)        '],
  ['f', 'file(blocks)         '],
  ['d', 'data(kbytes)         '],
  ['s', 'stack(kbytes)        '],
  ['c', 'coredump(blocks)     '],
  ['m', 'memory(kbytes)       '],
  ['l', 'locked memory(kbytes) '],
  ['p', 'process              '],
  ['n', 'nofiles              '],
  ['v', 'vmemory(kbytes)      '],
];

/** XCU ulimit. Limits are what the container is; asking is answered, changing them is refused. */
export const ulimit: Builtin['run'] = (sh, args) => {
  let letter = 'f';
  // Hard and soft limits are the same here.
  let value: string | undefined;
  for (const arg of args) {
    if (arg.startsWith('-')) letter = arg.replaceAll(/[-HS]/g, '') || letter;
    else value = arg;
  }
  // No process leaves a core file.
  const fixed: Readonly<Record<string, string>> = { n: String(OPEN_FILES), c: '0' };
  const limit = (resource: string): string => fixed[resource] ?? 'unlimited';
  if (letter === 'a') return print(sh, RESOURCES.map(([resource, text]) => `${text}${limit(resource)}`).join('\n'));
  if (!RESOURCES.some(([resource]) => resource === letter)) throw new ShellError(`ulimit: Illegal option -${letter}`);
  if (value === undefined) return print(sh, limit(letter));
  // Setting what is already so succeeds, as setrlimit(2) would.
  if (value === limit(letter)) return 0;
  sh.warn('ulimit: error setting limit (Operation not permitted)');
  return 2;
};

/**
 * XCU times: user and system time of the shell and of its
 * children. A worker is not told what processor time it used.
 */
export const times: Builtin['run'] = (sh) => print(sh, '0m0.000000s 0m0.000000s\n0m0.000000s 0m0.000000s');

/**
 * Only the clock on the wall is known, so that is all it prints, in the
 * form of `-p` (XCU time) or of bash. Of a pipeline it times its own stage.
 */
export const time: Builtin['run'] = (sh, args) => {
  const words = args[0] === '-p' ? args.slice(1) : args;
  const started = Date.now();
  const status = words.length === 0 ? 0 : sh.runWords(words, {});
  const seconds = (Date.now() - started) / 1000;
  const text =
    args[0] === '-p'
      ? `real ${seconds.toFixed(2)}`
      : `\nreal\t${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
  sh.sys.descriptors.write(2, encode(`${text}\n`), null);
  return status;
};
