import type { Foreign, Realm } from '../realm/realm.ts';
import type { NativeHooks } from '../realm/async-hooks.ts';

/**
 * internalBinding('async_wrap'): the books of async ids. Reference: src/async_wrap.cc, src/env.cc.
 * The books themselves are `realm.asyncHooks`.
 */
export function createAsyncWrapBinding(realm: Realm): Foreign {
  const hooks = realm.asyncHooks;
  const promises = realm.promiseHooks;
  // AsyncWrap::WeakCallback: 'destroy' for resources of the program (AsyncResource) when they are collected, unless
  // lib has told it before, which it notes in the `destroyed` object that both hold.
  const collected = new FinalizationRegistry<{ asyncId: number; destroyed: { destroyed: boolean } | undefined }>(
    ({ asyncId, destroyed }) => {
      if (destroyed?.destroyed !== true) hooks.emitDestroy(asyncId);
    },
  );

  return {
    async_hook_fields: hooks.fields,
    async_id_fields: hooks.ids,
    /** lib reads it here on every use. */
    get async_ids_stack() {
      return hooks.stack;
    },
    execution_async_resources: hooks.resources,
    setupHooks(native: NativeHooks) {
      hooks.native = native;
    },
    setCallbackTrampoline(trampoline: typeof hooks.trampoline) {
      hooks.trampoline = trampoline;
    },
    // Called only while hooks are enabled, so promises cost nothing before the first `createHook().enable()`.
    setPromiseHooks: (...functions: Parameters<typeof promises.set>) => promises.set(...functions),
    getPromiseHooks: () => promises.get(),
    pushAsyncContext: (asyncId: number, triggerAsyncId: number) => hooks.push(asyncId, triggerAsyncId),
    popAsyncContext: (asyncId: number) => hooks.pop(asyncId),
    executionAsyncResource: (index: number) => hooks.resourceAt(index),
    clearAsyncIdStack: () => hooks.clear(),
    // For AsyncResource.emitDestroy and sockets that lib ends itself.
    queueDestroyAsyncId: (asyncId: number) => hooks.emitDestroy(asyncId),
    registerDestroyHook(resource: object, asyncId: number, destroyed?: { destroyed: boolean }) {
      collected.register(resource, { asyncId, destroyed });
    },
  };
}
