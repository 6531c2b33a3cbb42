import type { Realm } from '../realm/realm.ts';
import { processOptions } from './env-files.ts';

/** Whether a flag of V8, which is in no table of values, was given: `expose-gc` for `--expose_gc`. */
export function hasV8Flag(realm: Realm, name: string): boolean {
  // Split without quotes: a flag of V8 with a space in it cannot be asked for here.
  const given = (realm.sys.start.env['NODE_OPTIONS'] ?? '').split(/\s+/);
  return [...processOptions(realm).execArgv, ...given].some(
    (word) => word.startsWith('-') && word.replace(/^--?/, '').replaceAll('_', '-') === name,
  );
}
