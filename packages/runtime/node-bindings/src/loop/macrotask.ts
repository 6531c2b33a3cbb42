/**
 * The door to the next macrotask.
 *
 * Two `scheduler.postTask` hops at the default priority. The engine queues its
 * report of unhandled rejections when the callback's microtasks are done, so it
 * may stand behind the first hop but always stands before the second, as Node's
 * microtask checkpoint comes before the next callback. Messages delivered by
 * then come first too. One hop of a MessageChannel overtakes the report.
 *
 * Not one hop at background priority, which keeps the same order: V8's garbage
 * collector posts its sweeping steps again and again at normal priority while it
 * waits for the browser's thread pool, and when that is busy compiling
 * WebAssembly, background tasks starved for 3 s (Chromium 156). The two hops
 * cost no more than the one: 11 µs against 12.
 */
import type { HostGlobals } from '../realm/host-globals.ts';
import { whenSettled } from '../realm/when-settled.ts';

/** Asks for one run of the task; not again before it has begun. */
export type RequestMacrotask = () => void;

/** Returns a function that runs `task` once in a macrotask of its own. */
export function makeMacrotask(host: HostGlobals, task: () => void): RequestMacrotask {
  const { scheduler } = host;
  if (scheduler !== undefined) {
    const options = { priority: 'user-visible' } as const;
    // What escapes `task` is a fault of the runtime: told to the kernel as the worker's error, never to the program.
    const fail = (error: unknown): void => {
      host.setTimeout(() => {
        throw error;
      }, 0);
    };
    const post = (step: () => void): void =>
      whenSettled(host.promiseThen, scheduler.postTask(step, options), nothing, fail);
    const hop = (): void => post(task);
    return () => post(hop);
  }
  // Engines without postTask: the rejection report may come one callback late there.
  const channel = new host.classes.MessageChannel();
  channel.port1.onmessage = task;
  return () => channel.port2.postMessage(0);
}

function nothing(): void {
  // The task has done what there was to do.
}
