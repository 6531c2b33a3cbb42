import type { HostGlobals } from '../realm/host-globals.ts';
import type { Loop } from '../realm/loop.ts';

/**
 * Compiling WebAssembly happens on other threads: as long as it is under way
 * the process is alive, though nothing of the loop knows about it. Node drains
 * its platform's tasks for the same reason (SpinEventLoop).
 */
export function holdDuringWebAssembly(host: HostGlobals, loop: Loop): void {
  // The streaming entries stay away: lib defines them over its own Response.
  for (const name of ['compile', 'instantiate'] as const) {
    const original = host.webAssembly[name] as (...parameters: unknown[]) => Promise<unknown>;
    // By a computed key, for the function's `name`; `length` is set below as the engine has it.
    const { [name]: held } = {
      [name](...parameters: unknown[]): Promise<unknown> {
        return loop.track(Reflect.apply(original, WebAssembly, parameters) as Promise<unknown>);
      },
    };
    Object.defineProperty(held, 'length', { value: 1, configurable: true });
    Object.defineProperty(WebAssembly, name, { value: held, writable: true, enumerable: true, configurable: true });
  }
  for (const name of ['compileStreaming', 'instantiateStreaming']) Reflect.deleteProperty(WebAssembly, name);
}
