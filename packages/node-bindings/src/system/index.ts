import type { CommandLine } from '../boot/command-line.ts';
import type { Realm } from '../realm.ts';
import type { BindingTable } from '../registry.ts';

export const systemBindings: BindingTable = {};

/** Placeholder until `src/system` has its own: no option is known. */
export function readCommandLine(realm: Realm): CommandLine {
  return { argv: realm.sys.start.argv, execArgv: [], errors: [] };
}
