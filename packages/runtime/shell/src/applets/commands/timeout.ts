import type { ProcessInfo, ProcessSystem } from '@slipway/kernel';
import { Errno, strerror } from '@slipway/posix';
import { baseName } from '../../io/files.ts';
import { parseSignal } from '../../io/signals.ts';
import { DEFAULT_PATH, findProgram } from '../../process/program-search.ts';
import { exitCode, startProgram } from '../../process/process.ts';
import { SignalDesk } from '../../process/signal-desk.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { parseDuration, pause } from '../pause.ts';

const OPTIONS = {
  signal: '-s= --signal=',
  killAfter: '-k= --kill-after=',
  foreground: '--foreground',
  preserveStatus: '--preserve-status',
} as const;

// How late a time limit may be noticed.
const POLL_MS = 10;
/** Signals to `timeout` itself that it passes on to its command, as coreutils does. */
const FORWARDED = ['HUP', 'INT', 'QUIT', 'TERM'] as const;
/** How long the kernel may take to end this process by a signal. */
const DYING_MS = 5000;
// The status of coreutils for a command that ran out of time.
const TIMED_OUT = 124;

/** The kernel has no alarm: the child is looked at every few milliseconds. */
export const timeout: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-v --verbose',
    status: 125,
    stopAtOperand: true,
  });
  const [duration, command, ...rest] = options.operands;
  if (duration === undefined || command === undefined) return context.fail('missing operand', 125);
  const limit = parseDuration(duration);
  const signal = parseSignal(options.value('signal') ?? 'TERM');
  const killAfter = options.has('killAfter') ? parseDuration(options.value('killAfter') ?? '') : undefined;
  if (limit === undefined || signal === undefined)
    return context.fail(
      limit === undefined ? `invalid time interval ‘${duration}’` : `${options.value('signal')}: invalid signal`,
      125,
    );
  const { sys } = context;
  const found = findProgram(sys.fs, (path) => sys.absolute(path), command, context.env['PATH'] ?? DEFAULT_PATH);
  const pid =
    found.outcome === 'missing'
      ? found.errno
      : startProgram(sys, { path: found.path, argv: [command, ...rest], env: context.env, group: 'inherit' });
  if (pid < 0)
    return context.fail(`failed to run command ‘${command}’: ${strerror(pid)}`, pid === Errno.ENOENT ? 127 : 126);
  const send = (name: string): void => {
    const targets = options.has('foreground') ? [pid] : [pid, ...descendantsOf(pid, sys.kernel.processes())];
    for (const target of targets) sys.kernel.kill(target, `SIG${name}`);
    // Who is stopped hears of it when it goes on, as coreutils has it.
    if (name !== 'KILL' && name !== 'CONT') for (const target of targets) sys.kernel.kill(target, 'SIGCONT');
  };
  const desk = deskOf(sys, context.name);
  const started = Date.now();
  let signalledAt: number | undefined;
  for (;;) {
    const { status } = sys.kernel.wait(pid, false);
    if (desk?.poll() === true) for (let name = desk.take(); name !== undefined; name = desk.take()) send(name);
    // Ended by KILL it is 137, 128 and the signal, else 124 (coreutils).
    if (status !== null) {
      if (signalledAt !== undefined && !options.has('preserveStatus'))
        return status.signal === 'SIGKILL' ? 137 : TIMED_OUT;
      // Who waits for us learns what the command died of.
      if (status.signal !== null && signalledAt === undefined && desk !== undefined) {
        for (const each of FORWARDED) desk.watch(each, false);
        sys.kernel.kill(sys.start.pid, status.signal);
        // The kernel ends this worker meanwhile; what is written below would be an exit code instead.
        pause(DYING_MS);
      }
      return exitCode(status);
    }
    const now = Date.now();
    // `timeout 0` has no limit.
    if (signalledAt === undefined && limit > 0 && now - started >= limit) {
      signalledAt = now;
      send(signal);
    } else if (signalledAt !== undefined && killAfter !== undefined && now - signalledAt >= killAfter) send('KILL');
    pause(POLL_MS);
  }
};

/**
 * Children of the command, theirs, and so on. coreutils has the command in a process group of its own; here it stays in
 * the terminal's, where keys reach it, and its family is found by who started whom.
 */
function descendantsOf(pid: number, processes: readonly ProcessInfo[]): number[] {
  const found: number[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = processes.filter(({ ppid, pid: own }) => parents.has(ppid) && !found.includes(own));
    found.push(...children.map((child) => child.pid));
    parents = new Set(children.map((child) => child.pid));
  }
  return found;
}

/** Signals that are for the command; only where this is a process of its own, whose signals nobody else wants. */
function deskOf(sys: ProcessSystem, name: string): SignalDesk | undefined {
  if (baseName(sys.start.argv[0] ?? '') !== name) return undefined;
  const desk = new SignalDesk(sys);
  for (const each of FORWARDED) desk.watch(each, true);
  return desk;
}
