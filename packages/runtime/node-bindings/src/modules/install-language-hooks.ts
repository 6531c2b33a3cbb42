import { Errno } from '@slipway/posix';
import { installErrorStacks } from '../engine/error-stacks.ts';
import type { SourcePosition } from '../realm/language-hooks.ts';
import { mustGet } from '../realm/private-slots.ts';
import type { Realm } from '../realm/realm.ts';
import { sourceLine } from '../realm/source-text.ts';
import { standInsOf } from '../realm/stand-ins.ts';
import type { TransformCache } from './cache/transform-cache.ts';
import { VfsTransformCache } from './cache/vfs-transform-cache.ts';
import { installCarryingThen } from './language/continuation.ts';
import { installFunctionConstructors } from './language/function-constructors.ts';
import { installFunctionSource } from './language/function-source.ts';
import { installStackTraces } from './stack/stack-traces.ts';
import { languageOf } from './language/language-of.ts';

/**
 * What changes in the language itself, before lib takes its primordials:
 * promises carry the continuation frame, `Function` and `eval` know `import()`,
 * errors know their files.
 */
export function installLanguageHooks(realm: Realm): void {
  const { host, stack } = realm;
  const language = languageOf(realm);
  installCarryingThen(host.classes.Promise, host.promiseThen, language.continuation, realm.promiseHooks);
  /** A text without a file of its own imports by the default loader, relative to who made it. */
  installFunctionConstructors(language, host, mustGet(realm.symbols, 'vm_dynamic_import_default_internal'));
  // lib's frames are asked for first: their names cannot be those of a file.
  const inLib = stack.originalPosition;
  stack.originalPosition = (position) => inLib?.(position) ?? language.scripts.original(position);
  stack.sourceLine = (file, line) => language.scripts.sourceLine(file, line);
  // What stands in for the engine's own functions shall look like them.
  const standIns = standInsOf(realm);
  for (const each of [host.classes.Promise.prototype.then, globalThis.Function, globalThis.Proxy]) standIns.add(each);
  installFunctionSource(standIns);
  const isNew = (place: SourcePosition): boolean => isConstruction(realm, place);
  stack.adoptError = installErrorStacks(globalThis, { standIns, isConstruction: isNew });
  installStackTraces(realm);
  language.sharedCache = lazyCache(realm);
  const { TextDecoder } = host.classes;
  language.readFile = (path) => {
    const bytes = realm.started ? realm.sys.fs.readFile(path) : Errno.ENOENT;
    return typeof bytes === 'number' ? undefined : new TextDecoder().decode(bytes);
  };
}

/** Where the engine's stacks do not tell it: the text at the place of a call says whether it makes an object. */
function isConstruction(realm: Realm, place: SourcePosition): boolean {
  if (!realm.started) return false;
  const { file, line, column } = realm.stack.originalPosition?.(place) ?? place;
  const text = sourceLine(realm, file, line);
  return text !== undefined && /^(?:new\b|super\s*\()/.test(text.slice(column - 1));
}

/** The process's file system is not there before it starts. */
function lazyCache(realm: Realm): () => TransformCache | undefined {
  const { TextDecoder, TextEncoder } = realm.host.classes;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let cache: TransformCache | undefined;
  return () => {
    if (cache === undefined && realm.started) {
      const coding = {
        encode: (text: string) => encoder.encode(text),
        decode: (bytes: Uint8Array) => decoder.decode(bytes),
      };
      cache = new VfsTransformCache(realm.sys.fs, coding, (task) => {
        realm.host.setTimeout(task, 0);
      });
    }
    return cache;
  };
}
