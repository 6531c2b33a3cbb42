import { exceptionArrow } from '../../boot/exception-arrow.ts';
import { mustGet } from '../../boot/private-slots.ts';
import type { Realm } from '../../realm.ts';
import { arrowMessage, findSyntaxError } from '../language/syntax-errors.ts';

/** errors::DecorateErrorStack: the place of a SyntaxError stands above its stack. */
export function decorate(realm: Realm, file: string, source: string, error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const isDecorated = mustGet(realm.privateSymbols, 'decorated_private_symbol');
  if (isDecorated.get(error) === true) return error;
  recaptureStack(error);
  const place = findSyntaxError(source, 'script', realm.language.loadParse);
  if (place === undefined) return error;
  const arrow = arrowMessage(file, source, place);
  mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(error, arrow);
  error.stack = `${arrow}\n${error.stack ?? ''}`;
  isDecorated.set(error, true);
  return error;
}

/** AppendExceptionLine: keeps where the error was thrown, for whoever prints it. */
export function markThrown(realm: Realm, error: unknown): unknown {
  const arrowSlot = mustGet(realm.privateSymbols, 'arrow_message_private_symbol');
  if (!(error instanceof Error) || typeof arrowSlot.get(error) === 'string') return error;
  const arrow = exceptionArrow(realm, { error, position: undefined, whereMade: false, unhandledEvent: false });
  if (arrow !== undefined) arrowSlot.set(error, arrow);
  return error;
}

/** The same, and the stack shows it. */
export function decorateThrown(realm: Realm, error: unknown): unknown {
  const isDecorated = mustGet(realm.privateSymbols, 'decorated_private_symbol');
  if (!(error instanceof Error) || isDecorated.get(error) === true || typeof error.stack !== 'string') return error;
  markThrown(realm, error);
  const arrow: unknown = mustGet(realm.privateSymbols, 'arrow_message_private_symbol').get(error);
  if (typeof arrow !== 'string') return error;
  error.stack = `${arrow}\n${error.stack}`;
  isDecorated.set(error, true);
  return error;
}

/** What V8 adds to the language. */
type EngineError = ErrorConstructor & { stackTraceLimit: unknown; captureStackTrace(holder: object): void };

/** Frames our own code takes at most between the engine and the program. */
const OWN_FRAMES = 20;

/** The engine keeps only so many frames; ours shall not take the place of the program's. */
export function recaptureStack(error: Error): void {
  const engine = Error as EngineError;
  const limit = engine.stackTraceLimit;
  if (typeof limit !== 'number' || limit <= 0) return;
  engine.stackTraceLimit = limit + OWN_FRAMES;
  engine.captureStackTrace(error);
  engine.stackTraceLimit = limit;
  const { stack } = error;
  if (typeof stack !== 'string') return;
  const frames = stack.split('\n    at ');
  error.stack = frames.slice(0, limit + 1).join('\n    at ');
}
