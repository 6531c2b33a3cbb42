import { formatPrintf } from '../applets/printf-format.ts';
import { echoText } from '../applets/echo-text.ts';
import { TestError, testExpression } from '../applets/test-expression.ts';
import { Output, WriteError } from '../io/output.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { type Builtin, regular, special } from './builtin.ts';
import { cd, pwd } from './directories.ts';
import { alias, createLookup, evaluate, exec, source, unalias } from './evaluate.ts';
import { breakLoop, continueLoop, exit, returnFrom, shift } from './flow.ts';
import { getopts } from './getopts.ts';
import { bg, fg, jobs, kill, wait } from './job-control.ts';
import { time, times, ulimit, umask } from './limits.ts';
import { read } from './read.ts';
import { set } from './set.ts';
import { trap } from './trap.ts';
import { exportVariables, local, readonlyVariables, unset } from './variables.ts';

const succeed: Builtin['run'] = () => 0;

/**
 * What `echo` and `printf` do when writing fails: 1 and dash's
 * message. A pipe without a reader goes on up as `BrokenPipe`.
 */
function print(sh: Interpreter, text: string, name: string): number {
  const out = new Output(sh.sys.descriptors, 1);
  try {
    out.write(text);
    out.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    sh.warn(`${name}: I/O error`);
    return 1;
  }
}

/** Both names are one code; `[` wants a `]` at the end. */
const test = (name: 'test' | '['): Builtin =>
  regular((sh, args) => {
    try {
      return testExpression(sh.sys, name, args) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof TestError)) throw error;
      sh.warn(`${name}: ${error.message}`);
      // XCU test: above 1 means that the question itself was wrong.
      return 2;
    }
  });

/** Without a format it is wrong usage, status 2, as in dash. */
const printf: Builtin['run'] = (sh, args) => {
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [format, ...rest] = operands;
  if (format === undefined) {
    sh.warn('printf: usage: printf format [arg ...]');
    return 2;
  }
  const result = formatPrintf(format, rest, (message) => sh.warn(`printf: ${message}`));
  return print(sh, result.text, 'printf') || result.status;
};

// Special are those of XCU 2.14; `source` is `.` under bash's name.
const table = new Map<string, Builtin>([
  [':', special(succeed)],
  ['.', special(source)],
  ['break', special(breakLoop)],
  ['continue', special(continueLoop)],
  ['eval', special(evaluate)],
  ['exec', special(exec)],
  ['exit', special(exit)],
  ['export', special(exportVariables)],
  ['readonly', special(readonlyVariables)],
  ['return', special(returnFrom)],
  ['set', special(set)],
  ['shift', special(shift)],
  ['times', special(times)],
  ['trap', special(trap)],
  ['unset', special(unset)],
  ['source', special(source)],
  ['true', regular(succeed)],
  ['false', regular(() => 1)],
  ['alias', regular(alias)],
  ['unalias', regular(unalias)],
  ['bg', regular(bg)],
  ['fg', regular(fg)],
  ['jobs', regular(jobs)],
  ['wait', regular(wait)],
  ['kill', regular(kill)],
  ['cd', regular(cd)],
  ['pwd', regular(pwd)],
  ['getopts', regular(getopts)],
  // Nothing is remembered about where commands are, so there is nothing to forget.
  ['hash', regular(succeed)],
  ['local', regular(local)],
  ['read', regular(read)],
  ['time', regular(time)],
  ['umask', regular(umask)],
  ['ulimit', regular(ulimit)],
  ['echo', regular((sh, args) => print(sh, echoText(args, sh.dialect === 'posix' ? 'dash' : 'gnu'), 'echo'))],
  ['printf', regular(printf)],
  ['test', test('test')],
  ['[', test('[')],
]);

// They describe all others, so they come when the table is there.
const lookup = createLookup(table);
table.set('command', regular(lookup.command));
table.set('type', regular(lookup.type));

/**
 * The builtins by name. What an applet of the same name does (`echo`,
 * `kill`, `test`) is the same code; only the process is saved.
 */
export const builtins: ReadonlyMap<string, Builtin> = table;
