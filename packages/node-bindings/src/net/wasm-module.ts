import type { Realm } from '../realm.ts';

// Taken before lib puts its own `atob` in place.
const decodeBase64 = atob;

/**
 * One of the modules `packages/node-lib/build/wasm-builtins.ts` ships, compiled
 * here and now: workers may compile of any size synchronously.
 */
export function compileShippedWasm(realm: Realm, name: string): WebAssembly.Module {
  const base64: string = realm.requireBuiltin(`internal/slipway/wasm/${name}`);
  const text = decodeBase64(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return new WebAssembly.Module(bytes);
}
