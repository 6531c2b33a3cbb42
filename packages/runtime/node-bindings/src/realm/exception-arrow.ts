/**
 * The lines above a fatal error: `file:line`, the source line, a caret.
 * Reference: GetErrorSource, src/node_errors.cc.
 *
 * Node points at the `throw`; the engine here tells only where the error was
 * made. For the ways programs are written, the statement is found from there.
 */
import { isOwnUrl } from '../engine/engine-call-site.ts';
import type { Realm } from './realm.ts';
import type { SourcePosition } from './language-hooks.ts';
import { sourceLine, topFrame } from './source-text.ts';

/** lib/events.js rethrows unhandled 'error' events; lib's text here has no comments. */
const UNHANDLED_ERROR_EVENT = "node:events:505\n    throw er; // Unhandled 'error' event\n    ^\n";
/** How far from its making a `throw` is looked for, in lines. */
const NEARBY = 30;

/** `position` is undefined where the engine did not say it. */
export interface ArrowRequest {
  readonly error: unknown;
  /** Where the engine says it was thrown; for errors that is where they were made. */
  readonly position: SourcePosition | undefined;
  /** Node has no place of a throw either: a rejection, or a microtask. */
  readonly whereMade: boolean;
  /** The error was emitted as an 'error' event without a listener. */
  readonly unhandledEvent: boolean;
}

/** Text ending in a newline, or `undefined` when the place or its source is not known. */
export function exceptionArrow(realm: Realm, request: ArrowRequest): string | undefined {
  if (request.unhandledEvent) return UNHANDLED_ERROR_EVENT;
  // What our own bindings throw counts as thrown by their caller, as with C++.
  const { position: reported, whereMade } = request;
  const thrownByProgram = !whereMade && reported !== undefined && !isOwnUrl(reported.file);
  // A stack trace names original positions already, the engine's report the generated one.
  const made = thrownByProgram ? (realm.stack.originalPosition?.(reported) ?? reported) : topFrame(request.error);
  if (made === undefined) return undefined;
  const lineAt = (line: number) => sourceLine(realm, made.file, line);
  // Without a `throw` nearby the arrow points where the error was made, which at least is true.
  const { line, column } = whereMade ? made : (findThrow(made, lineAt) ?? made);
  const text = lineAt(line);
  return text === undefined ? undefined : `${made.file}:${line}\n${text}\n${caretUnder(text, column)}\n`;
}

/** A caret below `column`, tabs kept so that it lines up. */
export function caretUnder(text: string, column: number): string {
  return `${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`;
}

/** Two patterns only. A wrong place would be worse than that of the making. */
function findThrow(
  made: SourcePosition,
  lineAt: (line: number) => string | undefined,
): { line: number; column: number } | undefined {
  const text = lineAt(made.line);
  if (text === undefined) return undefined;
  const before = text.slice(0, made.column - 1);
  // Made where it is thrown (`throw new X()`): the arrow points at the `throw`, as V8's does.
  const direct = /\bthrow\s+$/.exec(before);
  if (direct !== null) return { line: made.line, column: direct.index + 1 };
  // Made first, thrown later (`const e = new X(); …; throw e`): the nearest `throw` of that name.
  const name = /([\w$]+)\s*=\s*$/.exec(before)?.[1];
  if (name === undefined) return undefined;
  const statement = new RegExp(`\\bthrow\\s+${name.replaceAll('$', '\\$')}(?![\\w$])`);
  for (let line = made.line; line <= made.line + NEARBY; line++) {
    const source = lineAt(line);
    if (source === undefined) return undefined;
    // Not before the error exists.
    const skipped = line === made.line ? made.column - 1 : 0;
    const found = statement.exec(source.slice(skipped));
    if (found !== null) return { line, column: skipped + found.index + 1 };
  }
  return undefined;
}
