/**
 * internalBinding('async_wrap'): the books of async ids. Reference: src/async_wrap.cc, src/env.cc.
 * The books themselves are `realm.asyncHooks`.
 */
import type { Foreign, Realm } from '../realm.ts';
import type { NativeHooks } from './async-hooks.ts';

export function createAsyncWrapBinding(realm: Realm): Foreign {
  const hooks = realm.asyncHooks;
  const promises = realm.promiseHooks;
  const collected = new FinalizationRegistry<{ asyncId: number; destroyed: { destroyed: boolean } | undefined }>(({ asyncId, destroyed }) => {
    if (destroyed?.destroyed !== true) hooks.emitDestroy(asyncId);
  });

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
    setPromiseHooks: (...functions: Parameters<typeof promises.set>) => promises.set(...functions),
    getPromiseHooks: () => promises.get(),
    pushAsyncContext: (asyncId: number, triggerAsyncId: number) => hooks.push(asyncId, triggerAsyncId),
    popAsyncContext: (asyncId: number) => hooks.pop(asyncId),
    executionAsyncResource: (index: number) => hooks.resourceAt(index),
    clearAsyncIdStack: () => hooks.clear(),
    queueDestroyAsyncId: (asyncId: number) => hooks.emitDestroy(asyncId),
    registerDestroyHook(resource: object, asyncId: number, destroyed?: { destroyed: boolean }) {
      collected.register(resource, { asyncId, destroyed });
    },
  };
}
