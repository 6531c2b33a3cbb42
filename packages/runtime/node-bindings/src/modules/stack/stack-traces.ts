/**
 * `error.stack` as Node writes it, from the engine's call sites.
 *
 * Everything the program runs was evaluated, so the engine calls it eval code:
 * without file name, named `eval`, shifted on line 1. An accessor on
 * `Error.prepareStackTrace` puts itself between the engine and whoever formats:
 * call sites are replaced by corrected ones, then lib's callback or the
 * program's own handler gets them.
 */
import { isOwnFrame, type EngineCallSite } from '../../engine/engine-call-site.ts';
import { bare, pristine } from '../../realm/pristine.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { NodeCallSite } from './call-site.ts';
import { languageOf } from '../language/language-of.ts';

type Handler = (error: unknown, sites: readonly unknown[]) => unknown;

/** Idempotent: lib sets a handler of its own during bootstrap, which then becomes the program's. */
export function installStackTraces(realm: Realm): void {
  // An accessor is ours, from a call before.
  const current = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  if (current?.get !== undefined) return;
  let handler: unknown = current?.value;
  /** What the accessor gives for a handler, so that it can be set back. */
  const wrapped = new WeakMap<object, Handler>();
  // Wrapper -> what the program gave: reading the property and setting it back must change nothing.
  const originals = new WeakMap<object, unknown>();

  /** Also empty lists (`Error.stackTraceLimit = 0`), which show no other sign of having been here. */
  const prepared = new WeakSet<readonly unknown[]>();

  const prepare = (error: unknown, sites: readonly unknown[]): unknown => {
    // lib's callback reads `Error.prepareStackTrace` again, with sites that are corrected already.
    if (prepared.has(sites) || sites[0] instanceof NodeCallSite) return callHandler(error, sites);
    const corrected = pristine(() => correct(realm, sites as readonly EngineCallSite[]));
    prepared.add(corrected);
    const { prepareStackTrace } = realm.stack;
    return prepareStackTrace === undefined
      ? format(error, corrected)
      : prepareStackTrace(globalThis, error, corrected as Foreign[]);
  };
  const callHandler: Handler = (error, sites) =>
    (typeof handler === 'function' ? Reflect.apply(handler, Error, [error, sites]) : format(error, sites)) as unknown;

  const wrap = (given: object): Handler => {
    // One wrapper a handler: programs compare what they read with what they set.
    let wrapper = wrapped.get(given);
    if (wrapper === undefined) {
      wrapper = (error, sites) => prepare(error, sites);
      Object.defineProperty(
        wrapper,
        'name',
        bare({ value: (given as { name?: string }).name ?? '', configurable: true }),
      );
      wrapped.set(given, wrapper);
      originals.set(wrapper, given);
    }
    return wrapper;
  };
  const none = (): void => undefined;
  // Never undefined towards the engine, or it would format by itself; programs read undefined as this no-op.
  const whenUnset = wrap(none);
  originals.set(whenUnset, undefined);

  Object.defineProperty(Error, 'prepareStackTrace', {
    get: () => (typeof handler === 'function' ? wrap(handler) : whenUnset),
    set(value: unknown) {
      handler = typeof value === 'function' && originals.has(value) ? originals.get(value) : value;
    },
    enumerable: false,
    configurable: true,
  });
}

/** From the outermost frame inwards: a frame of eval code asks the one below it for its place. */
function correct(realm: Realm, sites: readonly EngineCallSite[]): NodeCallSite[] {
  const corrected: NodeCallSite[] = [];
  for (let k = sites.length - 1; k >= 0; k--) {
    const site = sites[k] as EngineCallSite;
    const below = sites[k + 1];
    const name = site.getScriptNameOrSourceURL();
    // The engine's `eval` that our compiler called: Node compiles without it.
    const isOurEval = name === null && below !== undefined && isOwnFrame(below);
    const isGetter =
      name !== null &&
      languageOf(realm).scripts.isWrapper({
        file: name,
        line: site.getLineNumber() ?? 0,
        column: site.getColumnNumber() ?? 0,
      });
    if (!isOurEval && !isGetter && !isOwnFrame(site))
      corrected.push(new NodeCallSite(site, realm, fileBelow(corrected)));
  }
  return cutToLimit(sites[0], corrected.reverse());
}

/** Errors of native code collect more frames than asked for, because ours are left out (`nativeError`). */
function cutToLimit(top: EngineCallSite | undefined, sites: NodeCallSite[]): NodeCallSite[] {
  const { stackTraceLimit } = Error as unknown as { stackTraceLimit: unknown };
  const madeHere = top !== undefined && isOwnFrame(top);
  return madeHere && typeof stackTraceLimit === 'number' && stackTraceLimit > 0
    ? sites.slice(0, stackTraceLimit)
    : sites;
}

/** The nearest frame that stands in a file; `eval (<anonymous>)` does not. */
function fileBelow(outer: readonly NodeCallSite[]): NodeCallSite | undefined {
  return outer.findLast((site) => typeof site.getFileName() === 'string');
}

/** Before lib has set its callback. */
function format(error: unknown, sites: readonly unknown[]): string {
  const title = errorTitle(error);
  return sites.length === 0 ? title : `${title}\n    at ${sites.map(String).join('\n    at ')}`;
}

function errorTitle(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    // An error whose name or message throws: the engine says the same.
    return '<error>';
  }
}
