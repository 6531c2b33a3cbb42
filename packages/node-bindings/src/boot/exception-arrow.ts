/**
 * The lines above a fatal error: `file:line`, the source line, a caret.
 * Reference: GetErrorSource, src/node_errors.cc.
 */
import type { Realm } from '../realm.ts';
import type { SourcePosition } from './language-hooks.ts';

/** lib/events.js rethrows unhandled 'error' events; the engine only knows where the error was made. */
const UNHANDLED_ERROR_EVENT = "node:events:505\n    throw er; // Unhandled 'error' event\n    ^\n";

export interface ArrowRequest {
  readonly error: unknown;
  /** Where the engine says it was thrown; for errors that is where they were made. */
  readonly position: SourcePosition | undefined;
  readonly fromPromise: boolean;
  /** The error was emitted as an 'error' event without a listener. */
  readonly unhandledEvent: boolean;
}

/** Text ending in a newline, or `undefined` when the place or its source is not known. */
export function exceptionArrow(realm: Realm, request: ArrowRequest): string | undefined {
  if (request.unhandledEvent) return UNHANDLED_ERROR_EVENT;
  const generated = request.fromPromise ? topFrame(request.error) : request.position ?? topFrame(request.error);
  if (generated === undefined) return undefined;
  const position = realm.stack.originalPosition?.(generated) ?? generated;
  const text = sourceLine(realm, position.file, position.line);
  if (text === undefined) return undefined;
  const column = request.fromPromise ? position.column : throwColumn(text, position.column);
  return `${position.file}:${position.line}\n${text}\n${underline(text, column)}\n`;
}

function underline(text: string, column: number): string {
  return `${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`;
}

/** `throw new X()`: Node points at the statement, the engine told us of the `new`. */
function throwColumn(text: string, column: number): number {
  const before = /\bthrow\s+$/.exec(text.slice(0, column - 1));
  return before === null ? column : before.index + 1;
}

/** `at f (file:1:2)` or `at file:1:2`, the first such line. */
function topFrame(error: unknown): SourcePosition | undefined {
  const stack: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined;
  if (typeof stack !== 'string') return undefined;
  const frame = /^ +at (?:.*\()?(.+?):(\d+):(\d+)\)?$/m.exec(stack);
  if (frame === null) return undefined;
  return { file: frame[1]!, line: Number(frame[2]), column: Number(frame[3]) };
}

function sourceLine(realm: Realm, file: string, line: number): string | undefined {
  const known = realm.stack.sourceLine?.(file, line);
  if (known !== undefined) return known;
  const path = file.startsWith('file://') ? decodeURIComponent(file.slice('file://'.length)) : file;
  if (!path.startsWith('/')) return undefined;
  const bytes = realm.sys.fs.readFile(path);
  if (typeof bytes === 'number') return undefined;
  return new realm.host.classes.TextDecoder().decode(bytes).split('\n')[line - 1]?.replace(/\r$/, '');
}
