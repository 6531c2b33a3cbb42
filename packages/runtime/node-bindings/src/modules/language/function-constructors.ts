import type { HostGlobals } from '../../realm/host-globals.ts';
import { mayNeedTransform } from '@slipway/module-transform';
import { helperScope } from '../contextify/compile-function.ts';
import type { Language } from './language.ts';

type AnyFunctionConstructor = new (...texts: string[]) => (...values: unknown[]) => unknown;

interface Parts {
  readonly language: Language;
  readonly host: HostGlobals;
  readonly referrer: symbol;
}

/**
 * `new Function('…import(x)…')`: the engine would send the import to the page.
 * Texts with `import(` or `await` are compiled here instead, as a function of
 * the file that asked for it.
 */
export function installFunctionConstructors(language: Language, host: HostGlobals, referrer: symbol): void {
  const samples = [
    function () {
      /* its constructor */
    },
    async () => undefined,
    function* () {
      /* its constructor */
    },
    async function* () {
      /* its constructor */
    },
  ];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as object & { constructor: AnyFunctionConstructor };
    const Native = prototype.constructor;
    const replacement = replaceConstructor(Native, { language, host, referrer });
    Object.defineProperty(prototype, 'constructor', {
      value: replacement,
      writable: Native === (host.classes.Function as unknown),
      enumerable: false,
      configurable: true,
    });
    if (Native === (host.classes.Function as unknown))
      Object.defineProperty(globalThis, 'Function', {
        value: replacement,
        writable: true,
        enumerable: false,
        configurable: true,
      });
  }
}

function replaceConstructor(Native: AnyFunctionConstructor, parts: Parts): AnyFunctionConstructor {
  const construct = (texts: readonly unknown[], target: unknown): unknown => {
    const newTarget = (target === undefined || target === replacement ? Native : target) as AnyFunctionConstructor;
    const body = texts.at(-1);
    if (typeof body !== 'string' || !mayNeedTransform(body))
      return Reflect.construct(Native, texts as string[], newTarget);
    // Strings from here on: what is checked must be what is compiled.
    const strings = texts.map(String);
    // Also the check: a text that closes its brackets is refused here, before it stands between ours.
    const plain = Reflect.construct(Native, strings, newTarget) as object;
    const made = compileTransformed(Native, strings, parts) ?? plain;
    if (newTarget !== Native) Object.setPrototypeOf(made, newTarget.prototype as object);
    return made;
  };
  const replacement = Object.defineProperty(
    function (this: unknown, ...texts: unknown[]) {
      return construct(texts, new.target);
    },
    'name',
    { value: Native.name, configurable: true },
  ) as unknown as AnyFunctionConstructor;
  Object.defineProperty(replacement, 'length', { value: 1, configurable: true });
  Object.defineProperty(replacement, 'prototype', {
    value: Native.prototype as unknown,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(Native) as object);
  return replacement;
}

/** `undefined` when there is nothing to transform after all. */
function compileTransformed(
  Native: AnyFunctionConstructor,
  texts: readonly unknown[],
  { language, host, referrer }: Parts,
): object | undefined {
  // By name, as the four constructors have no other mark.
  const isAsync = Native.name.startsWith('Async');
  const isGenerator = Native.name.endsWith('GeneratorFunction');
  // CreateDynamicFunction, ECMA-262 20.2.1.1.1, step 13: this very text, line ends included.
  const parameters = texts.slice(0, -1).map(String).join(',');
  const head = `${isAsync ? 'async ' : ''}function${isGenerator ? '*' : ''} anonymous(${parameters}\n) {\n`;
  const transformed = language.transforms.script(`(${head}${String(texts.at(-1))}\n})`);
  if (transformed === undefined) return undefined;
  const { head: opening, tail } = helperScope(transformed);
  const factory = host.indirectEval(`${opening}${transformed.text}${tail}`) as (...values: unknown[]) => object;
  return factory(...language.helpers(referrer, callingFile(), transformed.prefix));
}

/** `import()` in the text resolves against the file that made the function. */
function callingFile(): string {
  const engine = Error as unknown as { prepareStackTrace: unknown; captureStackTrace(holder: object): void };
  const before = engine.prepareStackTrace;
  const holder: { stack?: readonly { getFileName(): unknown }[] } = {};
  try {
    engine.prepareStackTrace = (_: unknown, sites: unknown) => sites;
    engine.captureStackTrace(holder);
    const files = (holder.stack ?? []).map((site) => site.getFileName());
    return files.find((file): file is string => typeof file === 'string' && !file.startsWith('node:')) ?? 'file:///';
  } finally {
    engine.prepareStackTrace = before;
  }
}
