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
import type { HostGlobals } from '../boot/host-globals.ts';

export type RequestMacrotask = () => void;

/** Returns a function that runs `task` once in a macrotask of its own. */
export function makeMacrotask(host: HostGlobals, task: () => void): RequestMacrotask {
  const { scheduler } = host;
  if (scheduler !== undefined) {
    const options = { priority: 'user-visible' } as const;
    const hop = (): void => {
      void scheduler.postTask(task, options);
    };
    return () => {
      void scheduler.postTask(hop, options);
    };
  }
  // Engines without postTask: the rejection report may come one callback late there.
  const channel = new host.classes.MessageChannel();
  channel.port1.onmessage = task;
  return () => channel.port2.postMessage(0);
}
