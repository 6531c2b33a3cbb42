import { mustGet } from '../../realm/private-slots.ts';
import type { Realm } from '../../realm/realm.ts';
import { KEEP, type KeptNames, type ScriptRun } from './kept-names.ts';
import { languageOf } from '../language/language-of.ts';

/**
 * vm.createContext without a second global: the script runs under `with` over
 * a proxy of the sandbox. What the sandbox has not comes from the one realm
 * there is, so `instanceof Array` does not tell contexts apart, and the
 * sandbox is no protection.
 */
export interface EmulatedContext {
  readonly sandbox: Record<PropertyKey, unknown>;
  /** `this` and `globalThis` of the scripts: the sandbox, and behind it the names of the language. */
  readonly global: object;
  /** The object of the `with` around each script: a proxy over the sandbox, `lexical` and `assignable`. */
  readonly scope: object;
  /** Top-level `let`, `const`, `class` of scripts that ran here. */
  readonly lexical: Map<string, readonly [get: () => unknown, set: ((value: unknown) => void) | undefined]>;
  /** Names that scripts assign to: the sandbox gets them. */
  readonly assignable: Set<string>;
  /** While true every name is looked for inside the script itself. */
  isBypassed: boolean;
}

/** ContextifyContext::MakeContext: turns `given` itself into the context's global, and answers it. */
export function makeContext(realm: Realm, given: object | symbol, referrer: unknown): object {
  // vm.constants.DONT_CONTEXTIFY comes as a symbol: an object of ours is the global then.
  const sandbox = (typeof given === 'symbol' ? {} : given) as Record<PropertyKey, unknown>;
  const global = globalThis as Record<PropertyKey, unknown>;
  const contextGlobal = realm.proxies.invisible(sandbox, {
    get: (_, key) => (!(key in sandbox) && BUILTINS.has(key as string) ? global[key] : sandbox[key]),
    has: (_, key) => key in sandbox || BUILTINS.has(key as string),
  });
  const context: EmulatedContext = {
    sandbox,
    global: contextGlobal,
    lexical: new Map(),
    assignable: new Set(),
    isBypassed: false,
    scope: {},
  };
  const { lexical, assignable } = context;
  const scope = realm.proxies.invisible(
    {},
    {
      // What is nowhere must not be found, or `typeof` would not say `undefined`; what
      // only Node's global object has must be found, to be hidden.
      has: (_, key) =>
        typeof key === 'string' &&
        !context.isBypassed &&
        (key in sandbox ||
          lexical.has(key) ||
          assignable.has(key) ||
          key === 'globalThis' ||
          (key in globalThis && !BUILTINS.has(key))),
      get(_, key) {
        // `with` asks for it before every name.
        if (key === Symbol.unscopables) return undefined;
        const kept = lexical.get(key as string);
        if (kept !== undefined) return kept[0]();
        if (key in sandbox) return sandbox[key];
        if (key === 'globalThis') return contextGlobal;
        // Node's own globals (process, require) are found, and are undefined.
        return BUILTINS.has(key as string) ? global[key] : undefined;
      },
      set(_, key, value) {
        const kept = lexical.get(key as string);
        if (kept === undefined) return Reflect.set(sandbox, key, value);
        if (kept[1] === undefined) throw new TypeError('Assignment to constant variable.');
        kept[1](value);
        return true;
      },
      deleteProperty: (_, key) => Reflect.deleteProperty(sandbox, key),
    },
  );
  Object.assign(context, { scope });
  mustGet(realm.privateSymbols, 'contextify_context_private_symbol').set(sandbox, context);
  if (typeof referrer === 'symbol') mustGet(realm.privateSymbols, 'host_defined_option_symbol').set(sandbox, referrer);
  return sandbox;
}

/** The context that `sandbox` was made into; throws for others. */
export function contextOf(realm: Realm, sandbox: object): EmulatedContext {
  const context = mustGet(realm.privateSymbols, 'contextify_context_private_symbol').get(sandbox);
  if (context === undefined) throw new TypeError('Illegal invocation');
  return context as EmulatedContext;
}

/** Runs a script in the context and answers its completion value; what it throws comes out as it is. */
export function runInEmulatedContext(
  realm: Realm,
  context: EmulatedContext,
  run: ScriptRun,
  helperNames: readonly string[],
  helpers: unknown[],
): unknown {
  // Before the script runs: an assignment to an unknown name must find it here and not make a real global.
  for (const name of run.assigned) context.assignable.add(name);
  const keep = (kept: KeptNames): void => {
    for (const [name, [get, set]] of Object.entries(kept)) {
      // A function declaration: its value is taken now, from the script's own scope.
      if ((set as unknown) === 1) context.sandbox[name] = inside(context, get);
      else context.lexical.set(name, [get, set]);
    }
  };
  // Direct eval inside `with`: the only way to run text in a scope of names. The outer
  // function's own names are the eval's.
  const runner = realm.host.indirectEval(
    `(function(__swScope,__swText,${[KEEP, ...helperNames].join(',')}){with(__swScope.outer)` +
      '{return function(){with(__swScope.inner){return eval(__swText)}}}})',
  ) as (...values: unknown[]) => () => unknown;
  // Names of the two functions around the script must be found there, not in the sandbox.
  const own = new Set(['eval', '__swScope', '__swText', KEEP, ...helperNames]);
  const inner = realm.proxies.invisible(context.scope, {
    has: (target, key) => !own.has(key as string) && Reflect.has(target, key),
  });
  const tail = languageOf(realm).scripts.register({
    file: run.file,
    firstLineShift: run.prologue.length,
    lineOffset: run.lineOffset,
    columnOffset: run.columnOffset,
    shifts: run.shifts,
  });
  const text = `${run.prologue}${run.text}${tail}`;
  return Reflect.apply(runner({ outer: {}, inner }, text, keep, ...helpers), context.global, []);
}

/** What `with` gets around code of a context: its names, but for those that belong to the code's own frame. */
export function scopeFor(realm: Realm, context: EmulatedContext, ownNames: readonly string[]): object {
  const own = new Set<PropertyKey>(['__swScope', ...ownNames]);
  return realm.proxies.invisible(context.scope, { has: (target, key) => !own.has(key) && Reflect.has(target, key) });
}

/** An expression whose free names are the context's. It takes the scopes, the innermost last. */
export function inScopes(expression: string, count: number): { readonly text: string; readonly shift: number } {
  const names = Array.from({ length: count }, (_, k) => (k === 0 ? '__swScope' : `__swScope${k}`));
  const opening = `(function(${names.join(',')}){${names.map((name) => `with(${name})`).join('')}return `;
  return { text: `${opening}${expression}})`, shift: opening.length };
}

/** The scope answers "not here" meanwhile, so the name is found in the script itself. */
function inside<Value>(context: EmulatedContext, read: () => Value): Value {
  context.isBypassed = true;
  try {
    return read();
  } finally {
    context.isBypassed = false;
  }
}

/** What every context has of its own: the names of the language, not those of Node. */
const BUILTINS = new Set([
  'Object',
  'Function',
  'Array',
  'Number',
  'parseFloat',
  'parseInt',
  'Infinity',
  'NaN',
  'undefined',
  'Boolean',
  'String',
  'Symbol',
  'Date',
  'Promise',
  'RegExp',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'JSON',
  'Math',
  'Intl',
  'ArrayBuffer',
  'Atomics',
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'Uint8ClampedArray',
  'BigUint64Array',
  'BigInt64Array',
  'DataView',
  'Map',
  'BigInt',
  'Set',
  'Iterator',
  'WeakMap',
  'WeakSet',
  'WeakRef',
  'Proxy',
  'Reflect',
  'FinalizationRegistry',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'eval',
  'isFinite',
  'isNaN',
  'console',
  'SharedArrayBuffer',
  'WebAssembly',
  'DisposableStack',
  'AsyncDisposableStack',
  'SuppressedError',
]);
