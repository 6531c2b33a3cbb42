import type { ProcessInfo } from '@slipway/kernel';
import { errorText } from '../io/errno.ts';
import { baseName } from '../io/files.ts';
import { parseSignal } from '../io/signals.ts';
import type { Applet, AppletContext } from './applet.ts';
import { parseOptions } from './options.ts';
import { compileRegex } from './regex.ts';

/** Running processes other than the caller, oldest first. */
function others(context: AppletContext): ProcessInfo[] {
  return context.sys.kernel.processes().filter((process) => process.pid !== context.sys.start.pid && process.state !== 'zombie').sort((a, b) => a.pid - b.pid);
}

const nameOf = (process: ProcessInfo): string => baseName(process.argv[0] ?? '');

function killAll(context: AppletContext, processes: readonly ProcessInfo[], signal: string): void {
  for (const process of processes) {
    const errno = context.sys.kernel.kill(process.pid, `SIG${signal}`);
    if (errno < 0) context.fail(`killing pid ${process.pid} failed: ${errorText(errno)}`);
  }
}

/** `-TERM`, `-9` before the options of pkill and killall. */
function takeSignal(args: readonly string[]): { signal: string; rest: readonly string[] } {
  const at = args.findIndex((arg) => /^-(?:SIG)?[A-Z]{3,}\d?$|^-\d+$/.test(arg));
  const signal = at === -1 ? undefined : parseSignal((args[at] ?? '').slice(1));
  return signal === undefined ? { signal: 'TERM', rest: args } : { signal, rest: args.filter((_, index) => index !== at) };
}

/** pgrep and pkill: by a regular expression over the name, or with -f over the whole command line. */
export const pgrep: Applet = (context, args) => {
  const isKill = context.name === 'pkill';
  const { signal, rest } = isKill ? takeSignal(args) : { signal: 'TERM', rest: args };
  const options = parseOptions(rest, { short: 'flaxivnocP:', status: 2, long: { full: 'f', 'list-name': 'l', 'list-full': 'a', exact: 'x', 'ignore-case': 'i', inverse: 'v', newest: 'n', oldest: 'o', count: 'c', 'parent=': 'P', 'signal=': 's' } });
  const [pattern] = options.operands;
  if (pattern === undefined && !options.has('P')) return context.fail('no matching criteria specified', 2);
  const expression = compileRegex(options.has('x') ? `^(${pattern ?? ''})$` : (pattern ?? ''), 'extended', options.has('i') ? 'i' : '');
  let found = others(context).filter((process) => expression.test(options.has('f') ? process.argv.join(' ') : nameOf(process)) !== options.has('v'));
  if (options.has('P')) found = found.filter((process) => process.ppid === Number(options.value('P')));
  if (options.has('n')) found = found.slice(-1);
  if (options.has('o')) found = found.slice(0, 1);
  if (isKill) killAll(context, found, signal);
  else if (options.has('c')) context.out.line(String(found.length));
  else for (const process of found) context.out.line(`${process.pid}${options.has('a') ? ` ${process.argv.join(' ')}` : options.has('l') ? ` ${nameOf(process)}` : ''}`);
  return found.length === 0 ? 1 : 0;
};

export const killall: Applet = (context, args) => {
  const { signal, rest } = takeSignal(args);
  const options = parseOptions(rest, { short: 'qs:ewIrv', long: { quiet: 'q', 'signal=': 's' } });
  const wanted = parseSignal(options.value('s') ?? signal);
  if (wanted === undefined) return context.fail(`${options.value('s')}: unknown signal`);
  let status = 0;
  for (const name of options.operands) {
    const found = others(context).filter((process) => nameOf(process) === name);
    if (found.length === 0) status = options.has('q') ? 1 : context.fail(`${name}: no process found`);
    killAll(context, found, wanted);
  }
  return status;
};
