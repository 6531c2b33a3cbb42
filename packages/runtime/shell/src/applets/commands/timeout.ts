import { Errno, strerror } from '@slipway/posix';
import { parseSignal } from '../../io/signals.ts';
import { DEFAULT_PATH, findProgram } from '../../process/program-search.ts';
import { exitCode, startProgram } from '../../process/process.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { parseDuration, pause } from '../pause.ts';

const OPTIONS = {
  signal: '-s= --signal=',
  killAfter: '-k= --kill-after=',
  preserveStatus: '--preserve-status',
} as const;

// How late a time limit may be noticed.
const POLL_MS = 10;
// The status of coreutils for a command that ran out of time.
const TIMED_OUT = 124;

/** The kernel has no alarm: the child is looked at every few milliseconds. */
export const timeout: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-v --verbose --foreground',
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
  const started = Date.now();
  let signalledAt: number | undefined;
  for (;;) {
    const { status } = sys.kernel.wait(pid, false);
    // Ended by KILL it is 137, 128 and the signal, else 124 (coreutils).
    if (status !== null)
      return signalledAt === undefined || options.has('preserveStatus')
        ? exitCode(status)
        : status.signal === 'SIGKILL'
          ? 137
          : TIMED_OUT;
    const now = Date.now();
    // `timeout 0` has no limit.
    if (signalledAt === undefined && limit > 0 && now - started >= limit) {
      signalledAt = now;
      sys.kernel.kill(pid, `SIG${signal}`);
    } else if (signalledAt !== undefined && killAfter !== undefined && now - signalledAt >= killAfter)
      sys.kernel.kill(pid, 'SIGKILL');
    pause(POLL_MS);
  }
};
