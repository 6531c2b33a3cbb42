/**
 * The books of async ids, and the door through which `async_hooks` is told of
 * requests and handles. Reference: AsyncHooks in src/env.h, src/async_wrap.cc,
 * InternalMakeCallback in src/api/callback.cc.
 *
 * lib writes the arrays itself; the functions are for what does not fit into them.
 */

/** Indices into `fields` and `ids`: `async_wrap.constants`. */
const Field = { init: 0, before: 1, after: 2, destroy: 3, check: 6, stackLength: 7, usesResource: 8 } as const;
const Id = { execution: 0, trigger: 1, counter: 2, defaultTrigger: 3 } as const;

/** Pairs that fit before lib asks for more. */
const STACK_PAIRS = 16;

/** lib's emitters (internal/async_hooks), called by native code at each stage of a resource's life. */
export interface NativeHooks {
  readonly init: (asyncId: number, type: string, triggerAsyncId: number, resource: object) => void;
  readonly before: (asyncId: number) => void;
  readonly after: (asyncId: number) => void;
  readonly destroy: (asyncId: number) => void;
}

/** lib's callbackTrampoline(asyncId, resource, callback, ...args). */
type Trampoline = (...args: unknown[]) => unknown;

/** Which asynchronous work a callback belongs to. */
export interface AsyncContext {
  readonly asyncId: number;
  readonly triggerAsyncId: number;
  /** `executionAsyncResource()`; `undefined` for the main script, lib then makes an object. */
  readonly resource: object | undefined;
}

/** The stack of asynchronous contexts. Reference: AsyncHooks, Node src/env.h. */
export class AsyncHooks {
  /** Counts of enabled hooks by kind, and the depth of the stack; lib's `async_hook_fields`. */
  readonly fields = new Uint32Array(9);
  /** Float64, since ids grow beyond 2^32 in long-lived processes; lib's `async_id_fields`. */
  readonly ids = new Float64Array(4);
  stack = new Float64Array(STACK_PAIRS * 2);
  /** Resources that lib has put beside the ids; ours are in `#resources`. */
  readonly resources: unknown[] = [];
  native: NativeHooks | undefined;
  trampoline: Trampoline | undefined;
  readonly #resources: unknown[] = [];
  readonly #enqueueImmediate: (task: () => void) => void;
  #destroyed: number[] = [];

  constructor(enqueueImmediate: (task: () => void) => void) {
    this.#enqueueImmediate = enqueueImmediate;
    // AsyncHooks::AsyncHooks: checks are on, id 1 is the bootstrap's.
    this.fields[Field.check] = 1;
    this.ids[Id.counter] = 1;
    this.ids[Id.defaultTrigger] = -1;
  }

  /** AsyncHooks::NewAsyncId; lib takes ids from the same counter without calling this. */
  newId(): number {
    return ++this.ids[Id.counter]!;
  }

  /** AsyncHooks::default_trigger_async_id, else the running code. */
  get triggerId(): number {
    const given = this.ids[Id.defaultTrigger]!;
    return given < 0 ? this.ids[Id.execution]! : given;
  }

  /** AsyncHooks::DefaultTriggerAsyncIdScope: what `make` begins was caused by `asyncId`. */
  causedBy<Made>(asyncId: number, make: () => Made): Made {
    const outer = this.ids[Id.defaultTrigger]!;
    this.ids[Id.defaultTrigger] = asyncId;
    try {
      return make();
    } finally {
      this.ids[Id.defaultTrigger] = outer;
    }
  }

  /** AsyncWrap::EmitAsyncInit: told at once, before the resource is used. */
  emitInit(asyncId: number, type: string, triggerAsyncId: number, resource: object): void {
    // The count is looked at first: almost no program sets hooks, and every request comes by here.
    if (this.fields[Field.init] !== 0) this.native?.init(asyncId, type, triggerAsyncId, resource);
  }

  /** AsyncWrap::EmitDestroy: told in a task of its own. */
  emitDestroy(asyncId: number): void {
    if (this.fields[Field.destroy] === 0) return;
    if (this.#destroyed.length === 0) this.#enqueueImmediate(() => this.tellDestroyed());
    this.#destroyed.push(asyncId);
  }

  /** AsyncWrap::DestroyAsyncIdsCallback: a hook may end further ones. */
  tellDestroyed(): void {
    while (this.#destroyed.length > 0) {
      const ids = this.#destroyed;
      this.#destroyed = [];
      ids.forEach((asyncId) => this.native?.destroy(asyncId));
    }
  }

  /**
   * InternalMakeCallback, without the ticks, which the loop runs. What the
   * outermost callback throws leaves its id on the stack: the handler of the
   * exception sees it, and lib clears the stack.
   */
  makeCallback(
    context: AsyncContext,
    receiver: unknown,
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
  ): unknown {
    const { asyncId, triggerAsyncId, resource } = context;
    const outermost = this.fields[Field.stackLength] === 0;
    this.push(asyncId, triggerAsyncId, resource);
    let result: unknown;
    let returned = false;
    try {
      // Without hooks lib's trampoline would only call `fn`: one frame less, and stack traces look like Node's.
      result = this.#wantsTrampoline
        ? Reflect.apply(this.trampoline!, receiver, ([asyncId, resource, fn] as unknown[]).concat(args))
        : Reflect.apply(fn, receiver, args as never[]);
      returned = true;
    } finally {
      // Inner callbacks leave their context also when they throw: only the outermost is kept for the handler.
      if (returned || !outermost) this.pop(asyncId);
    }
    return result;
  }

  get #wantsTrampoline(): boolean {
    return (
      this.trampoline !== undefined &&
      this.fields[Field.before]! + this.fields[Field.after]! + this.fields[Field.usesResource]! > 0
    );
  }

  /** AsyncHooks::push_async_context. `resource` is missing where lib keeps it itself (`resources`). */
  push(asyncId: number, triggerAsyncId: number, resource?: unknown): void {
    const { fields, ids } = this;
    const offset = fields[Field.stackLength]!;
    if (offset * 2 >= this.stack.length) this.#growStack();
    this.stack[offset * 2] = ids[Id.execution]!;
    this.stack[offset * 2 + 1] = ids[Id.trigger]!;
    fields[Field.stackLength] = offset + 1;
    ids[Id.execution] = asyncId;
    ids[Id.trigger] = triggerAsyncId;
    if (resource !== undefined) this.#resources[offset] = resource;
  }

  /** AsyncHooks::pop_async_context: true while something is left. */
  pop(asyncId: number): boolean {
    const { fields, ids } = this;
    // An exception handler has cleared the stack.
    // Nothing to take off: the caller of the callback that threw must not take off what it did not push.
    if (fields[Field.stackLength] === 0) return false;
    if (fields[Field.check]! > 0 && ids[Id.execution] !== asyncId) {
      // Node prints both stacks and aborts here; an uncaught exception ends the process as well.
      throw new Error(`async hook stack has become corrupted (actual: ${ids[Id.execution]}, expected: ${asyncId})`);
    }
    const offset = --fields[Field.stackLength]!;
    ids[Id.execution] = this.stack[offset * 2]!;
    ids[Id.trigger] = this.stack[offset * 2 + 1]!;
    if (this.#resources.length > offset) this.#resources.length = offset;
    if (this.resources.length > offset) this.resources.length = offset;
    return offset > 0;
  }

  /** The resource of a callback that came from here. */
  resourceAt(index: number): unknown {
    return this.#resources[index];
  }

  /** AsyncHooks::clear_async_id_stack: after an uncaught exception no callback of the old stack returns any more. */
  clear(): void {
    this.ids[Id.execution] = 0;
    this.ids[Id.trigger] = 0;
    this.fields[Field.stackLength] = 0;
    this.resources.length = 0;
    this.#resources.length = 0;
  }

  /** AsyncHooks::grow_async_ids_stack: called when an array is full; old pairs are copied. */
  #growStack(): void {
    // Threefold as in C++. lib reads `async_ids_stack` of the binding anew after each push that came here.
    const grown = new Float64Array(this.stack.length * 3);
    grown.set(this.stack);
    this.stack = grown;
  }
}
