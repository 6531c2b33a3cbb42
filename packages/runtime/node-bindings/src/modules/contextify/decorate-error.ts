import { exceptionArrow } from '../../realm/exception-arrow.ts';
import { mustGet } from '../../realm/private-slots.ts';
import type { Realm } from '../../realm/realm.ts';
import { arrowMessage, diagnose } from '../language/syntax-errors.ts';
import { languageOf } from '../language/language-of.ts';

/** errors::DecorateErrorStack: the place of a SyntaxError stands above its stack. */
export function decorate(
  realm: Realm,
  file: string,
  source: string,
  error: unknown,
  goal: 'script' | 'global' = 'script',
): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const isDecorated = mustGet(realm.privateSymbols, 'decorated_private_symbol');
  // A second report of the same error must not add a second arrow.
  if (isDecorated.get(error) === true) return error;
  const { message, place } = diagnose(source, goal, error.message, {
    loadParse: languageOf(realm).loadParse,
    indirectEval: realm.host.indirectEval,
  });
  error.message = message;
  recaptureStack(error);
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
  // The first place wins: rethrowing does not move it.
  if (!(error instanceof Error) || typeof arrowSlot.get(error) === 'string') return error;
  const arrow = exceptionArrow(realm, { error, position: undefined, whereMade: false, unhandledEvent: false });
  if (arrow !== undefined) arrowSlot.set(error, arrow);
  return error;
}

/** As `markThrown`, and the stack shows the arrow: for errors of vm scripts (`displayErrors`). */
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
  // Collected anew with room for ours, then cut: `stack-traces.ts` leaves our frames out.
  engine.stackTraceLimit = limit + OWN_FRAMES;
  engine.captureStackTrace(error);
  engine.stackTraceLimit = limit;
  const { stack } = error;
  if (typeof stack !== 'string') return;
  const frames = stack.split('\n    at ');
  // The title, which may have several lines, is the part before the first frame.
  error.stack = frames.slice(0, limit + 1).join('\n    at ');
}
