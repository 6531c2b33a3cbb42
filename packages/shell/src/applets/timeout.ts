import { errorText } from '../io/errno.ts';
import { parseSignal } from '../io/signals.ts';
import { DEFAULT_PATH, findProgram } from '../run/program-search.ts';
import { exitCode, startProgram } from '../run/process.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { parseDuration, pause } from './sleep.ts';

const POLL_MS = 10;
const TIMED_OUT = 124;

/** The kernel has no alarm: the child is looked at every few milliseconds. */
export const timeout: Applet = (context, args) => {
  const options = parseOptions(args, { short: 's:k:v', stopAtOperand: true, status: 125, long: { 'signal=': 's', 'kill-after=': 'k', 'preserve-status': 'p', foreground: 'f', verbose: 'v' } });
  const [duration, command, ...rest] = options.operands;
  if (duration === undefined || command === undefined) return context.fail('missing operand', 125);
  const limit = parseDuration(duration);
  const signal = parseSignal(options.value('s') ?? 'TERM');
  const killAfter = options.has('k') ? parseDuration(options.value('k') ?? '') : undefined;
  if (limit === undefined || signal === undefined) return context.fail(limit === undefined ? `invalid time interval ‘${duration}’` : `${options.value('s')}: invalid signal`, 125);
  const { sys } = context;
  const found = findProgram(sys.fs, (path) => sys.absolute(path), command, context.env['PATH'] ?? DEFAULT_PATH);
  const pid = found.outcome === 'missing' ? found.errno : startProgram(sys, { path: found.path, argv: [command, ...rest], env: context.env, group: 'inherit' });
  if (pid < 0) return context.fail(`failed to run command ‘${command}’: ${errorText(pid)}`, pid === -2 ? 127 : 126);
  const started = Date.now();
  let signalledAt: number | undefined;
  for (;;) {
    const { status } = sys.kernel.wait(pid, false);
    if (status !== null) return signalledAt === undefined || options.has('p') ? exitCode(status) : status.signal === 'SIGKILL' ? 137 : TIMED_OUT;
    const now = Date.now();
    if (signalledAt === undefined && limit > 0 && now - started >= limit) {
      signalledAt = now;
      sys.kernel.kill(pid, `SIG${signal}`);
    } else if (signalledAt !== undefined && killAfter !== undefined && now - signalledAt >= killAfter) sys.kernel.kill(pid, 'SIGKILL');
    pause(POLL_MS);
  }
};
