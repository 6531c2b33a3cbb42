/**
 * `new Function('…import(x)…')` and `eval('import(x)')`: the engine would send
 * the import to the page. Texts with `import(` or `await` are transformed; the
 * helpers they name are hidden globals.
 *
 * Direct eval stays direct: its text cannot be reached, so an `import()` in it
 * goes to the engine. The global `eval` is replaced only for calls that are
 * indirect anyway, which a function of another identity would break; so it is
 * left alone and this covers constructors.
 */
import type { HostGlobals } from '../../boot/host-globals.ts';
import { mayNeedTransform } from '../transform/transform.ts';
import { helperNameList, helperValues } from '../contextify/compile-function.ts';
import type { Language } from './language.ts';

type AnyFunctionConstructor = new (...texts: string[]) => (...values: unknown[]) => unknown;

export function installFunctionConstructors(language: Language, host: HostGlobals, referrer: symbol): void {
  const samples = [function () { /* its constructor */ }, async () => undefined, function* () { /* its constructor */ }, async function* () { /* its constructor */ }];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as object & { constructor: AnyFunctionConstructor };
    const Native = prototype.constructor;
    const replacement = replaceConstructor(Native, language, referrer);
    Object.defineProperty(prototype, 'constructor', { value: replacement, writable: Native === (host.classes.Function as unknown), enumerable: false, configurable: true });
    if (Native === (host.classes.Function as unknown)) Object.defineProperty(globalThis, 'Function', { value: replacement, writable: true, enumerable: false, configurable: true });
  }
}

function replaceConstructor(Native: AnyFunctionConstructor, language: Language, referrer: symbol): AnyFunctionConstructor {
  const construct = (texts: readonly unknown[], target: unknown): unknown => {
    const newTarget = (target === undefined || target === replacement ? Native : target) as AnyFunctionConstructor;
    const body = texts.at(-1);
    if (typeof body !== 'string' || !mayNeedTransform(body)) return Reflect.construct(Native, texts as string[], newTarget);
    return Reflect.construct(Native, transformTexts(Native, texts, language, referrer), newTarget);
  };
  const replacement = Object.defineProperty(function (this: unknown, ...texts: unknown[]) {
    return construct(texts, new.target);
  }, 'name', { value: Native.name, configurable: true }) as unknown as AnyFunctionConstructor;
  Object.defineProperty(replacement, 'length', { value: 1, configurable: true });
  Object.defineProperty(replacement, 'prototype', { value: Native.prototype as unknown, writable: false, enumerable: false, configurable: false });
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(Native) as object);
  return replacement;
}

/** The body is transformed as part of the whole function, so that `await` knows where it stands. */
function transformTexts(Native: AnyFunctionConstructor, texts: readonly unknown[], language: Language, referrer: symbol): string[] {
  const parameters = texts.slice(0, -1).map(String);
  const body = String(texts.at(-1));
  const isAsync = Native.name.startsWith('Async');
  const isGenerator = Native.name.endsWith('GeneratorFunction');
  const head = `${isAsync ? 'async ' : ''}function${isGenerator ? '*' : ''} anonymous(${parameters.join(',')}\n) {\n`;
  const transformed = language.transforms.script(`(${head}${body}\n})`);
  if (transformed === undefined) return [...parameters, body];
  const { text } = transformed;
  const values = helperValues(language, referrer, 'file:///', transformed.prefix);
  helperNameList(transformed).forEach((name, k) => {
    Object.defineProperty(globalThis, name, { value: values[k], writable: true, enumerable: false, configurable: true });
  });
  return [...parameters, text.slice(head.length + 1, -3)];
}
