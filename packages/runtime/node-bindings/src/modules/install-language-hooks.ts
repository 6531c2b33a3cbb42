/**
 * What changes in the language itself, before lib takes its primordials:
 * promises carry the continuation frame, `Function` and `eval` know `import()`,
 * errors know their files.
 */
import { mustGet } from '../boot/private-slots.ts';
import type { Realm } from '../realm.ts';
import type { TransformCache } from './cache/transform-cache.ts';
import { VfsTransformCache } from './cache/vfs-transform-cache.ts';
import { installCarryingThen } from './language/continuation.ts';
import { installFunctionConstructors } from './language/function-constructors.ts';
import { installFunctionSource } from './language/function-source.ts';
import { installStackTraces } from './stack/stack-traces.ts';

export function installLanguageHooks(realm: Realm): void {
  const { language, host, stack } = realm;
  installCarryingThen(host.classes.Promise, host.promiseThen, language.continuation, realm.promiseHooks);
  installFunctionConstructors(language, host, mustGet(realm.symbols, 'vm_dynamic_import_default_internal'));
  const inLib = stack.originalPosition;
  stack.originalPosition = (position) => inLib?.(position) ?? language.scripts.original(position);
  stack.sourceLine = (file, line) => language.scripts.sourceLine(file, line);
  // What stands in for the engine's own functions shall look like them.
  installFunctionSource([host.classes.Promise.prototype.then, globalThis.Function, globalThis.Proxy]);
  installStackTraces(realm);
  language.sharedCache = lazyCache(realm);
}

/** The process's file system is not there before it starts. */
function lazyCache(realm: Realm): () => TransformCache | undefined {
  const { TextDecoder, TextEncoder } = realm.host.classes;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let cache: TransformCache | undefined;
  return () => {
    if (cache === undefined && realm.started) {
      const coding = { encode: (text: string) => encoder.encode(text), decode: (bytes: Uint8Array) => decoder.decode(bytes) };
      cache = new VfsTransformCache(realm.sys.fs, coding, (task) => void realm.host.setTimeout(task, 0));
    }
    return cache;
  };
}
