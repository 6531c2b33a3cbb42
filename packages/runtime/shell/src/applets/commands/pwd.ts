import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  logical: '-L --logical',
  physical: '-P --physical',
} as const;

/** XCU pwd as a file: -P by default, unlike the builtin, as coreutils have it. */
export const pwd: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const { fs } = context.sys;
  const cwd = context.sys.cwd();
  const named = context.env['PWD'];
  const logical =
    options.last('logical', 'physical') === 'logical' &&
    named?.startsWith('/') === true &&
    // PWD counts only while it names this directory.
    fs.lookup(named, true) === fs.lookup(cwd, true);
  context.out.line(logical && named !== undefined ? named : cwd);
  return 0;
};
