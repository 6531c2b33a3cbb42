import { EACCES, EAGAIN, ENOENT, ENOEXEC, ENOTDIR, errorText } from '../io/errno.ts';
import { encode } from '../io/text.ts';
import { ShellError } from './control-flow.ts';
import type { Interpreter } from './interpreter-parts.ts';

/** 127 when there is none, 126 when it cannot be run. */
export function reportMissing(sh: Interpreter, name: string, errno: number): number {
  if (errno === ENOENT || errno === ENOTDIR) {
    if (sh.name === 'jsh') sh.warn(`command not found: ${name}`);
    else sh.warn(`${name}: not found`);
    return 127;
  }
  if (errno === EAGAIN) throw new ShellError('Cannot fork');
  sh.warn(`${name}: ${errno === EACCES ? 'Permission denied' : errno === ENOEXEC ? 'Exec format error' : errorText(errno)}`);
  return 126;
}

/** set -x */
export function trace(sh: Interpreter, assignments: readonly string[], words: readonly string[]): void {
  if (!sh.state.options.has('xtrace')) return;
  const prefix = sh.state.variables.get('PS4') ?? '+ ';
  const text = `${prefix}${[...assignments, ...words].join(' ')}\n`;
  sh.sys.descriptors.write(2, encode(text), null);
}
