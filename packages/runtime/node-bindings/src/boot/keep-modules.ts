import type { Realm } from '../realm/realm.ts';

/** Smaller ones are compiled faster than they are worth holding. */
const WORTH_KEEPING_BYTES = 1 << 20;

/**
 * Shows large WebAssembly modules to the kernel, which holds them after this
 * process has ended (see kernel's ModuleShelf). Only the synchronous
 * constructor is watched: programs use it for what they load from files.
 */
export function keepLargeModules(realm: Realm): void {
  const { Module } = WebAssembly;
  const watched = realm.proxies.invisible(Module, {
    construct(target, parameters: [BufferSource, ...unknown[]], newTarget) {
      const module = Reflect.construct(
        target,
        parameters,
        newTarget === watched ? target : newTarget,
      ) as WebAssembly.Module;
      const { byteLength } = parameters[0];
      if (byteLength >= WORTH_KEEPING_BYTES && realm.started)
        realm.sys.kernel.post({ type: 'module', byteLength, module });
      return module;
    },
  });
  // `module.constructor` must be the name programs see.
  Object.defineProperty(Module.prototype, 'constructor', {
    value: watched,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  Object.defineProperty(WebAssembly, 'Module', {
    value: watched,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
