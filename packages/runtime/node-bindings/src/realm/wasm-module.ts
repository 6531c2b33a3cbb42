import type { Realm } from './realm.ts';

// Taken before lib puts its own `atob` in place.
const decodeBase64 = atob;
const CompiledModule = WebAssembly.Module;

/**
 * One of the modules `packages/runtime/node-lib/build/wasm-builtins.ts` ships, compiled
 * here and now: workers may compile of any size synchronously. The kernel holds
 * it, so that the next process has what V8 has optimised meanwhile (ModuleShelf).
 */
export function compileShippedWasm(realm: Realm, name: string): WebAssembly.Module {
  const base64: string = realm.requireBuiltin(`internal/slipway/wasm/${name}`);
  const text = decodeBase64(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  const module = new CompiledModule(bytes);
  // Only a process has a kernel; while a realm is prepared there is nobody to keep the module.
  if (realm.started) realm.sys.kernel.post({ type: 'module', byteLength: bytes.length, module });
  return module;
}
