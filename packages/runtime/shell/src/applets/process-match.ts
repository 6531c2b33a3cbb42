import { strerror } from '@slipway/posix';
import type { ProcessInfo } from '@slipway/kernel';
import { baseName } from '../io/files.ts';
import { parseSignal } from '../io/signals.ts';
import type { AppletContext } from './applet.ts';

/** Running processes other than the caller, oldest first. */
export function others(context: AppletContext): ProcessInfo[] {
  return context.sys.kernel
    .processes()
    .filter((process) => process.pid !== context.sys.start.pid && process.state !== 'zombie')
    .sort((a, b) => a.pid - b.pid);
}

/** What ps, pgrep and killall call it by: argv[0] without its directory. */
export const nameOf = (process: ProcessInfo): string => baseName(process.argv[0] ?? '');

/** Sends SIG`signal` to each; one that has gone meanwhile is reported, and the rest still gets it. */
export function killAll(context: AppletContext, processes: readonly ProcessInfo[], signal: string): void {
  for (const process of processes) {
    const errno = context.sys.kernel.kill(process.pid, `SIG${signal}`);
    if (errno < 0) context.fail(`killing pid ${process.pid} failed: ${strerror(errno)}`);
  }
}

/**
 * `-TERM`, `-9` among the options of pkill and killall, by default
 * TERM. At least three capitals, so that `-F` or `-SI` stay options.
 */
export function takeSignal(args: readonly string[]): { signal: string; rest: readonly string[] } {
  const at = args.findIndex((arg) => /^-(?:SIG)?[A-Z]{3,}\d?$|^-\d+$/.test(arg));
  const signal = at === -1 ? undefined : parseSignal((args[at] ?? '').slice(1));
  return signal === undefined
    ? { signal: 'TERM', rest: args }
    : { signal, rest: args.filter((_, index) => index !== at) };
}
