import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';
import { hostName, SYSTEM } from '../host-identity.ts';

const OPTIONS = {
  all: '-a --all',
  kernelName: '-s --kernel-name',
  nodename: '-n --nodename',
  kernelRelease: '-r --kernel-release',
  kernelVersion: '-v --kernel-version',
  machine: '-m --machine',
  processor: '-p',
  hardwarePlatform: '-i',
  operatingSystem: '-o --operating-system',
} as const;

/** In the order in which they are printed. */
const PARTS = [
  'kernelName',
  'nodename',
  'kernelRelease',
  'kernelVersion',
  'machine',
  'processor',
  'hardwarePlatform',
  'operatingSystem',
] as const;

/** XCU uname. What it says is in `SYSTEM`; `-a` leaves out what is unknown. */
export const uname: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const [extra] = options.operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  const shown = PARTS.filter((part) => options.has(part));
  const all = PARTS.filter((part) => part !== 'processor' && part !== 'hardwarePlatform');
  const parts = options.has('all') ? all : shown.length === 0 ? (['kernelName'] as const) : shown;
  context.out.line(parts.map((part) => (part === 'nodename' ? hostName(context) : SYSTEM[part])).join(' '));
  return 0;
};
