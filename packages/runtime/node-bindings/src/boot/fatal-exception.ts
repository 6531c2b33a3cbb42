/**
 * What happens to an exception nobody caught. Reference:
 * node::errors::TriggerUncaughtException and ReportFatalException, src/node_errors.cc.
 */
import { pristine } from '../realm/pristine.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { exceptionArrow } from '../realm/exception-arrow.ts';
import type { SourcePosition, StackHooks } from '../realm/language-hooks.ts';
import { mustGet } from '../realm/private-slots.ts';

/** node::ExitCode: what a shell or a parent can tell the kinds of death apart by. */
const EXIT_INVALID_FATAL_EXCEPTION_MONKEY_PATCHING = 6;
const EXIT_EXCEPTION_IN_HANDLER = 7;

/** The ways out that an exception nobody took may lead to. */
export interface FatalExceptionParts {
  /** Ends the process as a signal does; never returns. */
  readonly abort: (signal: 'SIGABRT' | 'SIGTRAP') => never;
  /** Ends the process; never returns. */
  readonly exit: (code: number) => never;
  readonly defaultExitCode: () => number;
  /** To descriptor 2, past lib's streams: they may be what failed. */
  readonly print: (text: string) => void;
}

/** An exception that left all code of the program, and how it got there. */
export interface UncaughtException {
  readonly error: unknown;
  readonly position?: SourcePosition | undefined;
  readonly fromPromise: boolean;
  /** Thrown by a microtask: Node, too, knows only where the error was made. */
  readonly fromMicrotask?: boolean | undefined;
}

/** Returns when a handler of the program took the exception; ends the process otherwise. */
export function triggerUncaughtException(realm: Realm, parts: FatalExceptionParts, exception: UncaughtException): void {
  // Of the main thread alone: Environment::Environment switches --abort-on-uncaught-exception off where the process
  // is not its own (no kOwnsProcessState), so an exception ends a thread and not the process.
  const aborts =
    realm.isMainThread &&
    realm.requireBuiltin('internal/options').getOptionValue('--abort-on-uncaught-exception') === true;
  if (aborts && exception.fromPromise) {
    // The binding's triggerUncaughtException: reported first.
    reportFatalException(realm, parts, exception, true);
    parts.abort('SIGABRT');
  }
  if (aborts && realm.internalBinding('util').shouldAbortOnUncaughtToggle[0] !== 0)
    abortAtThrow(parts, exception.error);
  // process._fatalException: a program that takes it away ends with code 6, as documented.
  const handler: unknown = realm.process._fatalException;
  if (typeof handler !== 'function') {
    reportFatalException(realm, parts, exception, false);
    parts.exit(EXIT_INVALID_FATAL_EXCEPTION_MONKEY_PATCHING);
  }
  let handled: unknown;
  try {
    handled = Reflect.apply(handler as () => unknown, realm.process, [exception.error, exception.fromPromise]);
    // A listener of 'uncaughtException' threw: code 7, and the second error is the one that is reported.
  } catch (second) {
    if (aborts) abortAtThrow(parts, second);
    reportFatalException(realm, parts, { error: second, fromPromise: false }, true);
    parts.exit(EXIT_EXCEPTION_IN_HANDLER);
  }
  // lib answers false where nobody listens.
  if (handled !== false) return;
  reportFatalException(realm, parts, exception, true);
  parts.exit(parts.defaultExitCode());
}

/** Isolate::Throw under V8's --abort-on-uncaught-exception: no handler of the program is asked. */
function abortAtThrow(parts: FatalExceptionParts, error: unknown): never {
  const stack: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined;
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => line.startsWith('    at ')) : [];
  parts.print(
    `Uncaught ${describe(error)}\n\nFROM\n${frames.map((line) => line.slice('    at '.length)).join('\n')}\n`,
  );
  parts.abort('SIGTRAP');
}

function reportFatalException(
  realm: Realm,
  parts: FatalExceptionParts,
  exception: UncaughtException,
  enhance: boolean,
): void {
  pristine(() => reportException(realm, parts, exception, enhance));
}

function reportException(
  realm: Realm,
  parts: FatalExceptionParts,
  exception: UncaughtException,
  enhance: boolean,
): void {
  const { error } = exception;
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  const arrow = isObject && isNativeError(realm, error) ? ownArrow(realm, exception) : undefined;
  // What is thrown but no error has no stack: the arrow above it is all that tells where.
  if (arrow === undefined && !(isObject && isNativeError(realm, error))) {
    const lines = arrowOf(realm, exception);
    if (lines !== undefined) parts.print(`\n${lines}`);
  }
  const trace = isObject ? enhancedStack(realm.stack, error, enhance) : undefined;
  if (typeof trace === 'string' && trace !== '') {
    const decorated = isObject && mustGet(realm.privateSymbols, 'decorated_private_symbol').get(error) === true;
    // Decorated stacks (syntax errors) begin with their arrow already.
    parts.print(arrow === undefined || decorated ? `${trace}\n` : `${arrow}\n${trace}\n`);
  } else {
    parts.print(`${describe(error)}\n`);
    if (!isObject) parts.print('(Use `node --trace-uncaught ...` to show where the exception was thrown)\n');
  }
  parts.print(`\nNode.js ${realm.data.process.version}\n`);
}

function isNativeError(realm: Realm, error: unknown): boolean {
  return (realm.internalBinding('types') as { isNativeError(value: unknown): boolean }).isNativeError(error);
}

/** AppendExceptionLine: an arrow that a compiler or an earlier report has left wins. */
function ownArrow(realm: Realm, exception: UncaughtException): string | undefined {
  const slot = mustGet(realm.privateSymbols, 'arrow_message_private_symbol');
  const given = slot.get(exception.error);
  if (typeof given === 'string') return given;
  const made = arrowOf(realm, exception);
  if (made !== undefined) slot.set(exception.error as object, made);
  return made;
}

function arrowOf(realm: Realm, { error, position, fromPromise, fromMicrotask }: UncaughtException): string | undefined {
  return exceptionArrow(realm, {
    error,
    position,
    whereMade: fromPromise || fromMicrotask === true,
    unhandledEvent: isUnhandledEvent(error),
  });
}

/** lib/events.js marks the errors it rethrows with this symbol (internal/errors). */
function isUnhandledEvent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return Object.getOwnPropertySymbols(error).some((symbol) => symbol.description === 'kEnhanceStackBeforeInspector');
}

function enhancedStack(hooks: StackHooks, error: Foreign, enhance: boolean): unknown {
  if (!enhance) return error.stack;
  const before = hooks.enhanceBeforeInspector?.(error) ?? error.stack;
  return hooks.enhanceAfterInspector?.(error) ?? before;
}

function describe(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    if (name !== undefined && message !== undefined) return `${String(name)}: ${String(message)}`;
  }
  // String::Utf8Value of a symbol is empty: it does not convert.
  if (typeof error === 'symbol') return '';
  try {
    return String(error);
  } catch {
    // The conversion itself threw: Node says so instead of failing again.
    return '<toString() threw exception>';
  }
}
