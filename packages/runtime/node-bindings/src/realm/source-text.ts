/** Finding a place in a stack trace, and the line of source that stands there. */
import { isOwnUrl } from '../engine/engine-call-site.ts';
import type { Realm } from './realm.ts';
import type { SourcePosition } from './language-hooks.ts';

/** `    at f (file:1:2)` or `    at file:1:2` */
const FRAME = /^ +at (?:.*\()?(.+?):(\d+):(\d+)\)?$/gm;

/**
 * The topmost frame that is not ours, from the text of `error.stack`; `undefined` for anything thrown that is no
 * error, or whose stack the program has replaced by something else.
 */
export function topFrame(error: unknown): SourcePosition | undefined {
  const stack: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined;
  if (typeof stack !== 'string') return undefined;
  for (const [, file, line, column] of stack.matchAll(FRAME)) {
    if (!isOwnUrl(file!)) return { file: file!, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** `undefined` where the script is neither known to `src/modules`, nor lib's, nor a file. */
export function sourceLine(realm: Realm, file: string, line: number): string | undefined {
  const known = realm.stack.sourceLine?.(file, line);
  if (known !== undefined) return known;
  // lib's text comes with the worker, never from the disk.
  if (file.startsWith('node:')) return realm.builtinLine(file.slice('node:'.length), line);
  const path = file.startsWith('file://') ? decodeURIComponent(file.slice('file://'.length)) : file;
  if (!path.startsWith('/')) return undefined;
  // Read now, when the process ends: the file may have changed since it was compiled, as in Node.
  const bytes = realm.sys.fs.readFile(path);
  if (typeof bytes === 'number') return undefined;
  return new realm.host.classes.TextDecoder().decode(bytes).split('\n')[line - 1]?.replace(/\r$/, '');
}
