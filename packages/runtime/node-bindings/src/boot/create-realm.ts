/** One realm: its parts, wired. What only boot may do with it is `RealmControl`. */
import type { ProcessSystem } from '@slipway/kernel';
import type { LateSetName, LazySet, NodeData } from '@slipway/node-lib';
import { AsyncHooks } from '../core/async-hooks.ts';
import { PromiseHooks } from '../core/promise-hooks.ts';
import { EventLoop } from '../loop/create-loop.ts';
import { Language } from '../modules/language/language.ts';
import type { Foreign, Realm } from '../realm.ts';
import { announceThreadEnd } from '../processes/messaging.ts';
import { createBindingRegistry, type BindingMembers } from '../registry.ts';
import { BuiltinLoader } from './builtin-loader.ts';
import { createProcessEnd } from './exit-process.ts';
import { triggerUncaughtException, type UncaughtException } from './fatal-exception.ts';
import type { HostGlobals } from './host-globals.ts';
import type { ContinuationFrame, StackHooks } from './language-hooks.ts';
import { createPrivateSlots, createSymbols, mustGet } from './private-slots.ts';
import { createProcessObject } from './process-object.ts';
import { installIteratorTracker } from './track-iterators.ts';
import { installPromiseTracker } from './track-promises.ts';
import { installProxyTracker } from './track-proxies.ts';

export interface RealmParts {
  readonly host: HostGlobals;
  readonly data: NodeData;
  readonly members: BindingMembers;
  readonly sources: { readonly lazy: LazySet; readonly late: ((name: LateSetName) => LazySet) | undefined };
  readonly isMainThread: boolean;
  onBootFailure(text: string): void;
}

export interface RealmControl {
  readonly realm: Realm;
  readonly loop: EventLoop;
  /** From now on `realm.sys` answers. */
  become(sys: ProcessSystem): void;
  runPerContextScripts(): void;
  bootstrapRealm(): void;
  /** Runs an `internal/bootstrap/*` or `internal/main/*` script. */
  runMain(id: string): void;
  /** Raw text to descriptor 2. */
  print(text: string): void;
  exit(code: number): never;
  missingBindings(): readonly string[];
}

export function createRealm(parts: RealmParts): RealmControl {
  const { host, data } = parts;
  const symbols = createSymbols(data);
  const privateSymbols = createPrivateSlots(data);
  const frame: ContinuationFrame = { current: undefined };
  const stack: StackHooks = {
    prepareStackTrace: undefined, originalPosition: (position) => loader.originalPosition(position), sourceLine: undefined, unsettledAwait: undefined,
    enhanceBeforeInspector: undefined, enhanceAfterInspector: undefined,
  };
  const loader = new BuiltinLoader(
    parts.sources,
    { capture: () => frame.current, restore: (value: unknown) => { frame.current = value; } },
    host.indirectEval,
  );
  const loaders: { internalBinding: ((name: string) => Foreign) | undefined; require: ((id: string) => Foreign) | undefined } = { internalBinding: undefined, require: undefined };
  const perContext = { domException: {}, messagePort: {} };
  const proxies = installProxyTracker(globalThis);
  const promises = installPromiseTracker(globalThis);
  const promiseHooks = new PromiseHooks({
    NativePromise: host.classes.Promise, nativeThen: host.promiseThen, scope: globalThis,
    invisible: (target, handler) => proxies.invisible(target, handler),
    reportException: (error) => realm.triggerUncaughtException(error, false),
  });
  let sys: ProcessSystem | undefined;

  const exit = (code: number): never => {
    loop.stop();
    realm.language.compileCache?.persist();
    if (!parts.isMainThread) announceThreadEnd(realm);
    return realm.sys.exit({ code, signal: null });
  };
  const abort = (signal: 'SIGABRT' | 'SIGTRAP'): never => {
    loop.stop();
    return realm.sys.exit({ code: null, signal });
  };
  /** As `exit`, from the loop itself: no code of the program is under way, so the worker need not be stopped by force. */
  const leave = (code: number): void => {
    realm.language.compileCache?.persist();
    loop.stop();
    if (!parts.isMainThread) announceThreadEnd(realm);
    realm.sys.leave({ code, signal: null });
  };
  const print = (text: string): void => {
    realm.sys.descriptors.write(2, new host.classes.TextEncoder().encode(text), null);
  };
  const uncaught = (exception: UncaughtException): void => {
    if (sys === undefined) parts.onBootFailure(`Uncaught while preparing: ${String(exception.error)}\n`);
    else triggerUncaughtException(realm, { abort, exit, print, defaultExitCode: () => end.exitCode(1) }, exception);
  };
  const loop = new EventLoop(host, {
    uncaught: ({ error, position, stray }) => uncaught({ error, position, fromPromise: false, fromMicrotask: stray }),
    entering: () => promiseHooks.flush(),
    beforeExit: () => end.beforeExit(),
    exit: () => end.exit(),
    exitInterrupted: () => exit(end.exitCode(0)),
  });

  const realm: Realm = {
    host, loop, data, symbols, privateSymbols, frame, stack,
    asyncHooks: new AsyncHooks((task) => loop.enqueueNativeImmediate(task)),
    promiseHooks, promises, proxies, iterators: installIteratorTracker(), perContext,
    namespaces: new WeakSet(),
    language: new Language(host, frame, promiseHooks, (id) => realm.requireBuiltin(id)),
    isMainThread: parts.isMainThread,
    process: createProcessObject(data, mustGet(privateSymbols, 'exit_info_private_symbol')),
    primordials: {},
    get sys() {
      if (sys === undefined) throw new Error('Cannot use realm.sys: the realm is prepared but not yet a process');
      return sys;
    },
    get started() {
      return sys !== undefined;
    },
    // lib's loader counts bindings in process.moduleLoadList; before it exists the registry answers.
    internalBinding: (name) => (loaders.internalBinding ?? registry.get)(name),
    requireBuiltin(id) {
      if (loaders.require === undefined) throw new Error(`Cannot require "${id}": the realm is not bootstrapped`);
      return loaders.require(id);
    },
    compileBuiltin: (id) => loader.compile(id),
    builtinLine: (id, line) => loader.line(id, line),
    setInternalLoaders(internalBinding, requireBuiltin) {
      loaders.internalBinding = internalBinding;
      loaders.require = requireBuiltin;
    },
    triggerUncaughtException: (error, fromPromise) => uncaught({ error, fromPromise }),
  };
  const registry = createBindingRegistry(realm, parts.members);
  const end = createProcessEnd(realm, { exit: leave, print });

  watchRejections(realm, loop);

  return {
    realm, loop, exit, print,
    become(system) {
      sys = system;
    },
    runPerContextScripts() {
      // primordials first: the other two read them.
      const run = (id: string, exports: object) => loader.compile(id)(exports, realm.primordials, privateSymbols, symbols);
      run('internal/per_context/primordials', {});
      run('internal/per_context/domexception', perContext.domException);
      run('internal/per_context/messageport', perContext.messagePort);
    },
    bootstrapRealm() {
      const getLinkedBinding = (name: string): never => {
        throw new Error(`No such binding: ${name}`);
      };
      loader.compile('internal/bootstrap/realm')(realm.process, getLinkedBinding, registry.get, realm.primordials);
    },
    runMain(id) {
      loader.compile(id)(realm.process, loaders.require, loaders.internalBinding, realm.primordials);
    },
    missingBindings: () => registry.missing(),
  };
}

/** The engine's reports stand for V8's PromiseRejectCallback; they come after the microtasks. */
function watchRejections(realm: Realm, loop: EventLoop): void {
  const { host } = realm;
  host.addEventListener('unhandledrejection', (event) => {
    const { promise, reason } = event as PromiseRejectionEvent;
    event.preventDefault();
    event.stopImmediatePropagation();
    realm.promises.noteRejected(promise, reason);
    loop.rejected(promise, reason);
  });
  host.addEventListener('rejectionhandled', (event) => {
    event.stopImmediatePropagation();
    loop.rejectionHandled((event as PromiseRejectionEvent).promise);
  });
}
