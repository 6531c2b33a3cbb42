import { Errno, strerror } from '@slipway/posix';
import { encode } from '../io/text.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';

/**
 * Says why a command did not start, as dash or jsh words it: 127
 * when there is none, 126 when it cannot be run (XCU 2.8.2).
 */
export function reportMissing(sh: Interpreter, name: string, errno: number): number {
  if (errno === Errno.ENOENT || errno === Errno.ENOTDIR) {
    if (sh.name === 'jsh') sh.warn(`command not found: ${name}`);
    else sh.warn(`${name}: not found`);
    return 127;
  }
  // No process is to be had: an error of the shell, not of the command.
  if (errno === Errno.EAGAIN) throw new ShellError('Cannot fork');
  const reason =
    errno === Errno.EACCES ? 'Permission denied' : errno === Errno.ENOEXEC ? 'Exec format error' : strerror(errno);
  sh.warn(`${name}: ${reason}`);
  return 126;
}

/**
 * `set -x`: the command as it will run, words not quoted, as dash has it. Before
 * it runs, and on the shell's own errors: `cmd 2>f` is traced to where 2 went.
 */
export function trace(sh: Interpreter, assignments: readonly string[], words: readonly string[]): void {
  if (!sh.state.options.has('xtrace')) return;
  const prefix = sh.state.variables.get('PS4') ?? '+ ';
  const text = `${prefix}${[...assignments, ...words].join(' ')}\n`;
  sh.sys.descriptors.write(2, encode(text), null);
}
