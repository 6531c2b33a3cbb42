import type { Foreign, Realm } from '../realm/realm.ts';

type StreamingCallback = (stream: WasmStream, source: unknown) => void;

/**
 * internalBinding('wasm_web_api'): WebAssembly.compileStreaming and
 * instantiateStreaming over Node's own Response. Reference: src/node_wasm_web_api.cc;
 * V8 calls lib with a stream object, here our replacements of the two functions do.
 */
export function createWasmWebApiBinding(realm: Realm): Foreign {
  return {
    setImplementation(callback: StreamingCallback) {
      const collect = (source: unknown) =>
        new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
          callback(new WasmStream(resolve, reject), source);
        });
      const define = (name: string, value: Foreign) =>
        Object.defineProperty(globalThis.WebAssembly, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      /** Both are named functions with one parameter: `name` and `length` as the engine's own have. */
      define('compileStreaming', async function compileStreaming(source: unknown) {
        const bytes = await collect(source);
        // The engine compiles outside the loop: without this the process could end meanwhile.
        return realm.loop.track(realm.host.webAssembly.compile(bytes));
      });
      define(
        'instantiateStreaming',
        async function instantiateStreaming(source: unknown, imports?: WebAssembly.Imports) {
          const bytes = await collect(source);
          return realm.loop.track(realm.host.webAssembly.instantiate(bytes, imports));
        },
      );
    },
  };
}

/** WasmStreamingObject: lib pushes the chunks of a Response into it, then `finish` or `abort`, once. */
class WasmStream {
  readonly #resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Uint8Array[] = [];

  constructor(resolve: (bytes: Uint8Array<ArrayBuffer>) => void, reject: (reason: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The name for stack traces; the engine takes none from us. */
  setURL(): void {}

  push(chunk: ArrayBuffer | ArrayBufferView): void {
    const view = ArrayBuffer.isView(chunk)
      ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      : new Uint8Array(chunk);
    // A copy: the source may reuse its buffer for the next chunk.
    this.#chunks.push(view.slice());
  }

  /** Everything is compiled in one go at the end: the engine's own streaming wants a Response of the browser's. */
  finish(): void {
    const bytes = new Uint8Array(this.#chunks.reduce((length, chunk) => length + chunk.length, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.#resolve(bytes);
  }

  abort(reason: unknown): void {
    this.#reject(reason);
  }
}
