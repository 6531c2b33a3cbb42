/** One realm: its parts, wired. What only boot may do with it is `RealmControl`. */
import type { ProcessSystem } from '@slipway/kernel';
import type { LateSetName, LazySet, NodeData } from '@slipway/node-lib';
import { AsyncHooks } from '../realm/async-hooks.ts';
import { PromiseHooks } from '../realm/promise-hooks.ts';
import { EventLoop } from '../loop/create-loop.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { createBindingRegistry, type BindingMembers } from './registry.ts';
import { BuiltinLoader } from './builtin-loader.ts';
import { createProcessEnd } from './exit-process.ts';
import { triggerUncaughtException, type UncaughtException } from './fatal-exception.ts';
import type { HostGlobals } from '../realm/host-globals.ts';
import type { ContinuationFrame, StackHooks } from '../realm/language-hooks.ts';
import { createRealmEnds } from './realm-ends.ts';
import { createPrivateSlots, createSymbols, mustGet } from '../realm/private-slots.ts';
import { createProcessObject } from './process-object.ts';
import { installIteratorTracker } from '../realm/track-iterators.ts';
import { installPromiseTracker } from '../realm/track-promises.ts';
import { installProxyTracker } from '../realm/track-proxies.ts';

/** What the worker gives a realm before there is a process: everything here is the same for all processes. */
export interface RealmParts {
  readonly host: HostGlobals;
  readonly data: NodeData;
  readonly members: BindingMembers;
  readonly sources: { readonly lazy: LazySet; readonly late: ((name: LateSetName) => LazySet) | undefined };
  readonly isMainThread: boolean;
  /** Raw text: there is no process yet whose stderr could take it. */
  onBootFailure(text: string): void;
}

/** Kept from bindings: only boot starts a realm, and only once. */
export interface RealmControl {
  readonly realm: Realm;
  readonly loop: EventLoop;
  /** From now on `realm.sys` answers and `realm.started` is true; there is no way back. */
  become(sys: ProcessSystem): void;
  runPerContextScripts(): void;
  bootstrapRealm(): void;
  /** Runs an `internal/bootstrap/*` or `internal/main/*` script. */
  runMain(id: string): void;
  /** Raw text to descriptor 2, past lib's streams, which may be what is broken. */
  print(text: string): void;
  exit(code: number): never;
  missingBindings(): readonly string[];
}

/**
 * Wires the parts; nothing of the program has run when it returns. Parts that need
 * each other get functions (`() => realm`, `loader` in an arrow): nothing calls them
 * before all are made. The trackers replace globals, so they come before any code of
 * lib. An exception before there is a process is ours, and told as a boot failure.
 */
export function createRealm(parts: RealmParts): RealmControl {
  const { host, data } = parts;
  const symbols = createSymbols(data);
  const privateSymbols = createPrivateSlots(data);
  const frame: ContinuationFrame = { current: undefined };
  const stack = createStackHooks((position) => loader.originalPosition(position));
  const loader = new BuiltinLoader(
    parts.sources,
    {
      capture: () => frame.current,
      restore: (value: unknown) => {
        frame.current = value;
      },
    },
    host.indirectEval,
  );
  const loaders: {
    internalBinding: ((name: string) => Foreign) | undefined;
    require: ((id: string) => Foreign) | undefined;
  } = { internalBinding: undefined, require: undefined };
  const perContext = { domException: {}, messagePort: {} };
  const proxies = installProxyTracker(globalThis);
  const promises = installPromiseTracker(globalThis);
  const promiseHooks = new PromiseHooks({
    NativePromise: host.classes.Promise,
    nativeThen: host.promiseThen,
    scope: globalThis,
    invisible: (target, handler) => proxies.invisible(target, handler),
    reportException: (error) => realm.triggerUncaughtException(error, false),
  });
  let sys: ProcessSystem | undefined;

  const { exit, abort, leave, print } = createRealmEnds(
    () => realm,
    () => loop.stop(),
  );
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
    host,
    loop,
    data,
    symbols,
    privateSymbols,
    frame,
    stack,
    asyncHooks: new AsyncHooks((task) => loop.enqueueNativeImmediate(task)),
    promiseHooks,
    promises,
    proxies,
    iterators: installIteratorTracker(),
    perContext,
    namespaces: new WeakSet(),
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
    realm,
    loop,
    exit,
    print,
    become(system) {
      sys = system;
    },
    runPerContextScripts() {
      // primordials first: the other two read them.
      const run = (id: string, exports: object) =>
        loader.compile(id)(exports, realm.primordials, privateSymbols, symbols);
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

/** Filled in by the rooms that know: `modules/stack`, `module-wrap`, lib itself. */
function createStackHooks(originalPosition: StackHooks['originalPosition']): StackHooks {
  return {
    prepareStackTrace: undefined,
    originalPosition,
    adoptError: undefined,
    sourceLine: undefined,
    unsettledAwait: undefined,
    enhanceBeforeInspector: undefined,
    enhanceAfterInspector: undefined,
  };
}

/** The engine's reports stand for V8's PromiseRejectCallback; they come after the microtasks. */
function watchRejections(realm: Realm, loop: EventLoop): void {
  const { host } = realm;
  host.addEventListener('unhandledrejection', (event) => {
    const { promise, reason } = event as PromiseRejectionEvent;
    event.preventDefault();
    event.stopImmediatePropagation();
    realm.stack.adoptError?.(reason);
    realm.promises.noteRejected(promise, reason);
    loop.rejected(promise, reason);
  });
  host.addEventListener('rejectionhandled', (event) => {
    event.stopImmediatePropagation();
    loop.rejectionHandled((event as PromiseRejectionEvent).promise);
  });
}
