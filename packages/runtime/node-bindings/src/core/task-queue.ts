import type { Foreign, Realm } from '../realm/realm.ts';
import type { EventLoop } from '../loop/create-loop.ts';

/**
 * internalBinding('task_queue'). Reference: src/node_task_queue.cc. process.nextTick and unhandled rejections: lib
 * keeps the queue, the loop says when to empty it.
 */
export function createTaskQueueBinding(realm: Realm): Foreign {
  // The binding is of one piece with the loop it drives: the interface `Loop` has none of these doors.
  const loop = realm.loop as EventLoop;
  return {
    tickInfo: loop.tickInfo,
    // What a microtask throws reaches the worker's error event, and from there the loop.
    enqueueMicrotask: (callback: () => void) => realm.host.queueMicrotask(callback),
    runMicrotasks() {
      // The engine runs them when the callback has returned; see create-loop.ts.
    },
    // Called on `process`, as C++ does.
    setTickCallback: (callback: () => void) =>
      loop.bindTicks(() => {
        Reflect.apply(callback, realm.process, []);
      }),
    // Not Node's: lib's patched text asks for kPromiseRejectAfterResolved and
    // kPromiseResolveAfterResolved while somebody listens.
    watchSettling(on: boolean) {
      realm.promiseHooks.watchSettling(
        on ? (type, promise, value) => loop.settledAgain(type, promise, value) : undefined,
      );
    },
    setPromiseRejectCallback: (callback: (type: number, promise: Promise<unknown>, reason: unknown) => void) =>
      loop.bindRejections(callback),
  };
}
