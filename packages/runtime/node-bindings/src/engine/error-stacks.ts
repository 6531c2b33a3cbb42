/**
 * `stack`, `Error.captureStackTrace`, `Error.stackTraceLimit` and `Error.prepareStackTrace` as V8 has them, in an
 * engine that gives stacks as text. Reference: ErrorUtils and CaptureStackTrace of V8, src/execution/messages.cc.
 *
 * Errors that are made get an accessor of their own, as in V8. Those that the engine throws by itself have only the
 * one they inherit, until somebody reads it.
 */
import { isOwnUrl } from './engine-call-site.ts';
import { parseStackText, type TextFrame } from './stack-text.ts';
import { TextCallSite } from './text-call-site.ts';

type AnyFunction = (...values: never[]) => unknown;
type ErrorClass = (new (...values: unknown[]) => object) & { readonly prototype: object };

/** The members of `Error` that no standard has. */
interface ErrorSwitches {
  prepareStackTrace?: unknown;
  stackTraceLimit?: unknown;
  captureStackTrace?: (holder: object, below?: unknown) => void;
}

/** What stands behind the stacks. */
export interface ErrorStackParts {
  /** Functions of ours in place of the engine's. */
  readonly standIns: Set<unknown>;
  /** True where the text at the place is a call by `new` (or `super`). */
  isConstruction(place: TextFrame): boolean;
}

// A program may give both names another meaning.
const ERROR_PROTOTYPE = Error.prototype;
const errorToString = Error.prototype.toString;

/** As in V8. */
const DEFAULT_LIMIT = 10;
const CLASSES = [
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SuppressedError',
  'SyntaxError',
  'TypeError',
  'URIError',
] as const;
/** Places as SpiderMonkey stores them on errors; V8 has none. */
const EXTRA_MEMBERS = ['fileName', 'lineNumber', 'columnNumber'];

/** True where the engine asks `Error.prepareStackTrace` and hands it call sites. */
export function givesCallSites(): boolean {
  const switches = Error as ErrorSwitches;
  const before = Object.getOwnPropertyDescriptor(switches, 'prepareStackTrace');
  let gives = false;
  switches.prepareStackTrace = (_: unknown, sites: unknown) => {
    gives = Array.isArray(sites);
    return '';
  };
  try {
    // Engines format when it is read first.
    const { stack } = new Error();
    return gives && stack === '';
  } finally {
    if (before === undefined) delete switches.prepareStackTrace;
    else Object.defineProperty(switches, 'prepareStackTrace', before);
  }
}

/**
 * Does nothing where the engine has it all. Before anything takes `Error` or its members for itself. The answer is
 * what makes a `stack` of its own for an error that the engine has thrown.
 */
export function installErrorStacks(scope: object, parts: ErrorStackParts): ((error: unknown) => void) | undefined {
  if (givesCallSites()) return undefined;
  const stacks = new ErrorStacks(parts);
  const NativeError = Error;
  const standIn = stacks.replaceClasses(scope);
  Object.defineProperty(NativeError.prototype, 'stack', { ...stacks.accessor, configurable: true, enumerable: false });
  Object.defineProperty(standIn, 'captureStackTrace', {
    value: stacks.captureStackTrace,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  Object.defineProperty(standIn, 'stackTraceLimit', {
    value: DEFAULT_LIMIT,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return (error) => {
    stacks.adopt(error);
  };
}

/** A stack that was collected and is written when somebody reads it. */
interface Collected {
  readonly text: string;
  /** `Error.stackTraceLimit` as it was then; V8 collects nothing unless it is a number. */
  readonly limit: unknown;
  /** Frames on top that collected it. */
  readonly collecting?: number;
  written: { readonly value: unknown } | undefined;
}

/** Frames of a stand-in for a class, on top of the stack of what it made. */
const CONSTRUCTING = 2;

class ErrorStacks {
  readonly accessor: { readonly get: () => unknown; readonly set: (value: unknown) => void };
  readonly captureStackTrace: AnyFunction;
  readonly #collected = new WeakMap<object, Collected>();
  readonly #parts: ErrorStackParts;
  readonly #inherited = Object.getOwnPropertyDescriptor(Error.prototype, 'stack')?.get;
  readonly #capture = (Error as ErrorSwitches).captureStackTrace;
  /** While a stack is written, every other one is written without asking the program, as in V8. */
  /** The class in place of the engine's `Error`. */
  #error: ErrorClass | undefined;
  #isWriting = false;

  constructor(parts: ErrorStackParts) {
    this.#parts = parts;
    const read = (holder: unknown): unknown => this.#read(holder);
    const write = (holder: unknown, value: unknown): void => this.#write(holder, value);
    const capture = (holder: unknown, below: unknown): void => this.#captureInto(holder, below);
    // V8's have no names, and no prototype.
    this.accessor = {
      get: {
        a(this: unknown) {
          return read(this);
        },
      }.a,
      set: {
        a(this: unknown, value: unknown) {
          write(this, value);
        },
      }.a,
    };
    for (const each of Object.values(this.accessor))
      Object.defineProperty(each, 'name', { value: '', configurable: true });
    this.captureStackTrace = {
      captureStackTrace(holder: unknown, below: unknown) {
        capture(holder, below);
      },
    }.captureStackTrace as AnyFunction;
    for (const each of [this.captureStackTrace, ...Object.values(this.accessor)]) parts.standIns.add(each);
  }

  /** In place of each class of errors stands one that also collects; the answer is the one of `Error`. */
  replaceClasses(scope: object): typeof Error {
    const classes = new Map<string, ErrorClass>();
    for (const name of CLASSES) {
      const Native = Reflect.get(scope, name) as ErrorClass | undefined;
      if (Native === undefined) continue;
      const StandIn = this.#standInFor(Native);
      if (name !== 'Error') Object.setPrototypeOf(StandIn, classes.get('Error')!);
      classes.set(name, StandIn);
      const hidden = { writable: true, enumerable: false, configurable: true };
      Object.defineProperty(Native.prototype, 'constructor', { value: StandIn, ...hidden });
      Object.defineProperty(scope, name, { value: StandIn, ...hidden });
    }
    // Too deep a recursion is an error of a class of its own in SpiderMonkey, a RangeError in V8.
    const own = Reflect.get(scope, 'InternalError') as ErrorClass | undefined;
    if (own !== undefined) {
      Object.setPrototypeOf(own.prototype, RangeError.prototype);
      for (const name of ['name', 'constructor']) Reflect.deleteProperty(own.prototype, name);
    }
    this.#error = classes.get('Error');
    return this.#error as unknown as typeof Error;
  }

  /** The engine's own keeps its limit, so that there are frames enough when ours have been left out. */
  #standInFor(Native: ErrorClass): ErrorClass {
    const own = (error: object, newTarget: unknown): void => this.#own(error, newTarget);
    function slipwayConstruct(values: unknown[], newTarget: ErrorClass): object {
      const error = Reflect.construct(Native, values, newTarget) as object;
      own(error, newTarget === Native ? undefined : newTarget);
      return error;
    }
    const construct = function (...values: unknown[]): object {
      const isPlain = new.target === undefined || new.target === construct;
      return slipwayConstruct(values, isPlain ? Native : (new.target as unknown as ErrorClass));
    };
    const StandIn = construct as unknown as ErrorClass;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Native)))
      Object.defineProperty(StandIn, name, descriptor);
    this.#parts.standIns.add(StandIn);
    return StandIn;
  }

  /** Of a class that extends an error's, V8 leaves out the frames of its constructors: it begins where `new` was. */
  #own(error: object, newTarget: unknown): void {
    for (const name of EXTRA_MEMBERS) Reflect.deleteProperty(error, name);
    const message = Object.getOwnPropertyDescriptor(error, 'message');
    if (message !== undefined) Reflect.deleteProperty(error, 'message');
    const limit = this.#limit();
    const below = newTarget === undefined || limit === 0 ? '' : this.#textBelow(newTarget);
    const collected = below === '' ? { text: this.#textOf(error), collecting: CONSTRUCTING } : { text: below };
    this.#define(error, { ...collected, limit, written: typeof limit === 'number' ? undefined : { value: undefined } });
    // Behind the stack, as V8 has it.
    if (message !== undefined) Object.defineProperty(error, 'message', Object.setPrototypeOf(message, null));
  }

  #captureInto(holder: unknown, below: unknown): void {
    if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function')
      throw new TypeError(`Invalid argument`);
    const limit = this.#limit();
    const isKept = typeof limit === 'number';
    const text = isKept && limit !== 0 ? this.#textBelow(below) : '';
    const isDefined = this.#define(holder, { text, limit, written: isKept ? undefined : { value: undefined } });
    if (!isDefined) throw new TypeError('Cannot define property stack, object is not extensible');
  }

  #textBelow(below: unknown): string {
    const holder: { stack?: unknown } = {};
    this.#capture?.(holder, typeof below === 'function' ? below : this.captureStackTrace);
    return typeof holder.stack === 'string' ? holder.stack : '';
  }

  /** The engine's own text: inherited in SpiderMonkey, the error's own in JavaScriptCore; '' for what is no error. */
  #textOf(error: object): string {
    if (this.#inherited === undefined) {
      const own: unknown = Object.getOwnPropertyDescriptor(error, 'stack')?.value;
      return typeof own === 'string' ? own : '';
    }
    try {
      return String(Reflect.apply(this.#inherited, error, []));
    } catch {
      // No error, or a proxy of a program whose trap throws: it has no text.
      return '';
    }
  }

  /** As V8 reads it: of its own class, whatever a program calls `Error` by now, and by no getter of the program's. */
  #limit(): unknown {
    return Object.getOwnPropertyDescriptor(this.#error ?? Error, 'stackTraceLimit')?.value;
  }

  #define(holder: object, collected: Collected): boolean {
    this.#collected.set(holder, collected);
    // Without what a program may have put on Object.prototype.
    const descriptor = { __proto__: null, ...this.accessor, enumerable: false, configurable: true };
    return Reflect.defineProperty(holder, 'stack', descriptor);
  }

  #read(holder: unknown): unknown {
    if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function') return undefined;
    // As V8 does: what inherits from an error has its stack.
    for (let at: object | null = holder; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const collected = this.#collected.get(at);
      if (collected !== undefined) return this.#written(at, collected);
    }
    const adopted = this.adopt(holder);
    return adopted === undefined ? undefined : this.#written(holder, adopted);
  }

  /** Thrown by the engine: from now on it is as if it had been made. */
  adopt(error: unknown): Collected | undefined {
    if (typeof error !== 'object' || error === null || this.#collected.has(error)) return undefined;
    const text = this.#textOf(error);
    if (text === '') return undefined;
    const collected: Collected = { text, limit: this.#limit(), written: undefined };
    this.#define(error, collected);
    return collected;
  }

  #write(holder: unknown, value: unknown): void {
    if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function') return;
    const collected = this.#collected.get(holder);
    if (collected !== undefined) collected.written = { value };
    else if (ERROR_PROTOTYPE.isPrototypeOf(holder)) this.#define(holder, { text: '', limit: 0, written: { value } });
    else Reflect.defineProperty(holder, 'stack', { value, writable: true, enumerable: true, configurable: true });
  }

  #written(error: object, collected: Collected): unknown {
    if (collected.written !== undefined) return collected.written.value;
    const sites = this.#sites(collected);
    const { prepareStackTrace } = (this.#error ?? Error) as ErrorSwitches;
    if (this.#isWriting || typeof prepareStackTrace !== 'function')
      return [errorTitle(error), ...sites.map((site) => `    at ${site.toString()}`)].join('\n');
    this.#isWriting = true;
    try {
      const value: unknown = Reflect.apply(prepareStackTrace, this.#error, [error, sites]);
      // The handler may have set it.
      collected.written ??= { value };
      return collected.written.value;
    } finally {
      this.#isWriting = false;
    }
  }

  #sites({ text, limit, collecting = 0 }: Collected): TextCallSite[] {
    const frames = parseStackText(text).slice(collecting);
    const sites: TextCallSite[] = [];
    let shown = 0;
    for (let at = 0; at < frames.length && shown < Number(limit); at++) {
      const frame = frames[at]!;
      const caller = frames[at + 1];
      // Ours are left out later, and shall not take the place of the program's.
      if (!isOwnUrl(frame.file)) shown++;
      sites.push(new TextCallSite(frame, caller, caller !== undefined && this.#isConstructor(frame, caller)));
    }
    return sites;
  }

  /** Looked up for names that begin as classes do: it takes the line of the source. */
  #isConstructor(frame: TextFrame, caller: TextFrame): boolean {
    if (!/^[A-Z]\w*$/.test(frame.name) || isOwnUrl(caller.file)) return false;
    try {
      return this.#parts.isConstruction(caller);
    } catch {
      // The place is a text that a program may have written: nothing is there to be read.
      return false;
    }
  }
}

function errorTitle(error: unknown): string {
  try {
    return errorToString.call(error);
  } catch {
    // An error whose name or message throws: V8 says the same.
    return '<error>';
  }
}
