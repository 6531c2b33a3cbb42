/**
 * The lines above a fatal error: `file:line`, the source line, a caret.
 * Reference: GetErrorSource, src/node_errors.cc.
 */
import type { Realm } from '../realm.ts';
import type { SourcePosition } from './language-hooks.ts';
import { isOwnScript, sourceLine, topFrame } from './source-text.ts';

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
  // What our own bindings throw counts as thrown by their caller, as with C++.
  const thrownByProgram = !request.fromPromise && request.position !== undefined && !isOwnScript(request.position.file);
  const generated = thrownByProgram ? request.position : topFrame(request.error);
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
