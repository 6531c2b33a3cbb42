import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

/** How many processors the host shows; `--ignore` leaves at least one. */
export const nproc: Applet = (context, args) => {
  const options = parseOptions(args, { options: { ignore: '--ignore=' }, ignored: '--all' });
  const [extra] = options.operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  const ignore = options.value('ignore') ?? '0';
  if (!/^\d+$/.test(ignore)) return context.fail(`invalid number: ‘${ignore}’`);
  // `navigator` is no part of this room's library; where there is none, one is true enough.
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency;
  context.out.line(String(Math.max(1, (cores ?? 1) - Number(ignore))));
  return 0;
};
