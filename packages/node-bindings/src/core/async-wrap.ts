/**
 * internalBinding('async_wrap'): the books of async ids. Reference: src/async_wrap.cc, src/env.cc.
 *
 * lib writes the arrays itself; the functions are for what does not fit into
 * them. Promise hooks do not exist in a browser: async_hooks sees timers,
 * ticks, immediates and handles, not promises.
 */
import type { Foreign, Realm } from '../realm.ts';

const FIELD_STACK_LENGTH = 7;
const ID_EXECUTION = 0;
const ID_TRIGGER = 1;
const ID_COUNTER = 2;
const ID_DEFAULT_TRIGGER = 3;
const FIELD_CHECK = 6;

/** Pairs that fit before lib asks for more. */
const STACK_PAIRS = 16;

export function createAsyncWrapBinding(realm: Realm): Foreign {
  const fields = new Uint32Array(9);
  const ids = new Float64Array(4);
  const resources: unknown[] = [];
  let destroyHook: ((asyncId: number) => void) | undefined;

  // AsyncHooks::AsyncHooks: checks are on, id 1 is the bootstrap's.
  fields[FIELD_CHECK] = 1;
  ids[ID_COUNTER] = 1;
  ids[ID_DEFAULT_TRIGGER] = -1;

  const binding = {
    async_hook_fields: fields,
    async_id_fields: ids,
    /** lib reads it here on every use: it is replaced when it is full. */
    async_ids_stack: new Float64Array(STACK_PAIRS * 2),
    execution_async_resources: resources,
    setupHooks(hooks: { destroy: (asyncId: number) => void }) {
      destroyHook = hooks.destroy;
    },
    setCallbackTrampoline() {
      // Set while hooks exist, so that callbacks from C++ emit before and after; `AsyncWrap` in src/net does that itself.
    },
    setPromiseHooks() {
      // No engine hook to set; see the head of this file.
    },
    getPromiseHooks: () => [undefined, undefined, undefined, undefined],
    pushAsyncContext(asyncId: number, triggerAsyncId: number) {
      const offset = fields[FIELD_STACK_LENGTH]!;
      if (offset * 2 >= binding.async_ids_stack.length) growStack();
      binding.async_ids_stack[offset * 2] = ids[ID_EXECUTION]!;
      binding.async_ids_stack[offset * 2 + 1] = ids[ID_TRIGGER]!;
      fields[FIELD_STACK_LENGTH] = offset + 1;
      ids[ID_EXECUTION] = asyncId;
      ids[ID_TRIGGER] = triggerAsyncId;
    },
    popAsyncContext(asyncId: number): boolean {
      if (fields[FIELD_STACK_LENGTH] === 0) return false;
      if (fields[FIELD_CHECK]! > 0 && ids[ID_EXECUTION] !== asyncId) {
        throw new Error(`async hook stack has become corrupted (actual: ${ids[ID_EXECUTION]}, expected: ${asyncId})`);
      }
      const offset = --fields[FIELD_STACK_LENGTH]!;
      ids[ID_EXECUTION] = binding.async_ids_stack[offset * 2]!;
      ids[ID_TRIGGER] = binding.async_ids_stack[offset * 2 + 1]!;
      resources.length = offset;
      return offset > 0;
    },
    executionAsyncResource: (index: number) => resources[index],
    clearAsyncIdStack() {
      ids[ID_EXECUTION] = 0;
      ids[ID_TRIGGER] = 0;
      fields[FIELD_STACK_LENGTH] = 0;
      resources.length = 0;
    },
    /** AsyncWrap::EmitDestroy: told in a task of its own, and not while the loop could end otherwise. */
    queueDestroyAsyncId(asyncId: number) {
      realm.loop.enqueueUnref(() => destroyHook?.(asyncId));
    },
    registerDestroyHook(resource: object, asyncId: number, destroyed?: { destroyed: boolean }) {
      collected.register(resource, { asyncId, destroyed });
    },
  };
  /** AsyncHooks::grow_async_ids_stack */
  function growStack(): void {
    const grown = new Float64Array(binding.async_ids_stack.length * 3);
    grown.set(binding.async_ids_stack);
    binding.async_ids_stack = grown;
  }

  const collected = new FinalizationRegistry<{ asyncId: number; destroyed: { destroyed: boolean } | undefined }>(({ asyncId, destroyed }) => {
    if (destroyed?.destroyed !== true) binding.queueDestroyAsyncId(asyncId);
  });
  return binding;
}
