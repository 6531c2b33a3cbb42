import { InstantiationError } from '../ground/refusal.ts';
import type { CoreModule } from './decode-module.ts';

/**
 * Which numbers of fuel belong together: raised whenever the rewriting below would make
 * another number of the same plugin. Stored beside what was metered.
 */
export const METER_VERSION = 1;

/** Where a metered module finds its counters. A module that imports from here by itself is refused. */
export const METER_MODULE = 'slipway:meter';

/** The counters, in the order in which they are imported; all are changeable globals. */
export const METER_GLOBALS = [
  /** i64: fuel that is left; below zero, the call is over. */
  { name: 'fuel', type: 0x7e },
  /** i32: words of the stack that are left. */
  { name: 'stack', type: 0x7f },
  /** i32: pages by which memories may still grow. */
  { name: 'pages', type: 0x7f },
  /** i32: entries by which tables may still grow. */
  { name: 'entries', type: 0x7f },
  /** i32: 1 once growing was refused. */
  { name: 'refused', type: 0x7f },
] as const;

/** Under which name of `METER_MODULE` a computed constant is imported. */
export const computedName = (index: number): string => `constant ${index}`;

/** The meter's globals stand behind the imported ones, so a module's own move up. */
export function shiftGlobal(module: CoreModule, index: number): number {
  if (index >= module.globals) throw new InstantiationError('it names a global that is not there');
  return index < module.importedGlobals ? index : index + METER_GLOBALS.length + module.computed.length;
}
