/**
 * The door to the next macrotask.
 *
 * Measured in Chromium 156: `scheduler.postTask` at background priority takes
 * 4.6 µs, a MessageChannel hop 6.7 µs, `setTimeout(0)` at least 4 ms once
 * nested. Background priority is not only the fastest: the engine's report of
 * unhandled rejections and every message already delivered come before it, as
 * Node's microtask checkpoint and poll phase come before the next callback.
 * A MessageChannel hop overtakes the rejection report.
 */
import type { HostGlobals } from '../boot/host-globals.ts';

export type RequestMacrotask = () => void;

/** Returns a function that runs `task` once in a macrotask of its own. */
export function makeMacrotask(host: HostGlobals, task: () => void): RequestMacrotask {
  const { scheduler } = host;
  if (scheduler !== undefined) {
    const options = { priority: 'background' } as const;
    return () => {
      void scheduler.postTask(task, options);
    };
  }
  // Engines without postTask: the rejection report may come one callback late there.
  const channel = new host.classes.MessageChannel();
  channel.port1.onmessage = task;
  return () => channel.port2.postMessage(0);
}
