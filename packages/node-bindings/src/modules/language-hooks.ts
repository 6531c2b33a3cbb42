/**
 * What changes in the language itself, before lib takes its primordials:
 * promises carry the continuation frame, `Function` and `eval` know `import()`,
 * errors know their files.
 */
import { mustGet } from '../boot/private-slots.ts';
import type { Realm } from '../realm.ts';
import { installCarryingThen } from './language/continuation.ts';
import { installFunctionConstructors } from './language/function-constructors.ts';
import { installStackTraces } from './stack/stack-traces.ts';

export function installLanguageHooks(realm: Realm): void {
  const { language, host, stack } = realm;
  installCarryingThen(host.classes.Promise, host.promiseThen, language.continuation);
  installFunctionConstructors(language, host, mustGet(realm.symbols, 'vm_dynamic_import_default_internal'));
  const inLib = stack.originalPosition;
  stack.originalPosition = (position) => inLib?.(position) ?? language.scripts.original(position);
  stack.sourceLine = (file, line) => language.scripts.sourceLine(file, line);
  installStackTraces(realm);
}
