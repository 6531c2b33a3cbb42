import { parseSignal } from '../../io/signals.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { killAll, nameOf, others, takeSignal } from '../process-match.ts';

const OPTIONS = {
  quiet: '-q --quiet',
  signal: '-s= --signal=',
} as const;

/**
 * killall(1) of psmisc: a signal to all processes of that
 * exact name but itself. 1 when one of the names had none.
 */
export const killall: Applet = (context, args) => {
  const { signal, rest } = takeSignal(args);
  const options = parseOptions(rest, { options: OPTIONS, ignored: '-e -w -I -r -v' });
  const wanted = parseSignal(options.value('signal') ?? signal);
  if (wanted === undefined) return context.fail(`${options.value('signal')}: unknown signal`);
  let status = 0;
  for (const name of options.operands) {
    const found = others(context).filter((process) => nameOf(process) === name);
    if (found.length === 0) status = options.has('quiet') ? 1 : context.fail(`${name}: no process found`);
    killAll(context, found, wanted);
  }
  return status;
};
