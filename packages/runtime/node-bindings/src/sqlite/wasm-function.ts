/** Types of a C callback: `i` = i32; the result first, `v` = none: `i:iii`. */
export type Signature = `${'v' | 'i'}:${string}`;

const I32 = 0x7f;

/**
 * A JavaScript function as a table of WebAssembly can hold it. Chromium has no
 * `WebAssembly.Function`; a module that imports it and exports it again does.
 */
export function asWasmFunction(
  compile: (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
  signature: Signature,
  call: (...parameters: number[]) => unknown,
): unknown {
  const parameters = signature.slice(2).length;
  const results = signature.startsWith('i') ? [I32] : [];
  // functype: 0x60, the vector of parameters, the vector of results.
  const type = [0x60, parameters, ...new Array<number>(parameters).fill(I32), results.length, ...results];
  // Sections in their order: type (1), import (2), export (7); each begins with its length in bytes.
  const module = Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0, // magic, version
    1,
    type.length + 1,
    1,
    ...type, // one type
    2,
    7,
    1,
    1,
    0x65,
    1,
    0x66,
    0,
    0, // import e.f of it
    7,
    5,
    1,
    1,
    0x66,
    0,
    0, // export f
  ]);
  return new WebAssembly.Instance(compile(module), { e: { f: call } }).exports['f'];
}
