/** A hash in progress. Sizes are bytes. After `finish` the object must not be used. */
export interface Digest {
  readonly blockSize: number;
  readonly outputSize: number;
  update(bytes: Uint8Array): void;
  /** The hash of everything so far; ends this object. `length` only where the algorithm can give any (XOF). */
  finish(length?: number): Uint8Array<ArrayBuffer>;
  copy(): Digest;
}

/** Exports of hash-wasm's modules (its src/hash-wasm.h). */
interface HashExports {
  readonly memory: WebAssembly.Memory;
  readonly STATE_SIZE: WebAssembly.Global;
  Hash_GetBuffer(): number;
  Hash_GetState(): number;
  Hash_Init(bits: number): void;
  Hash_Update(length: number): void;
  Hash_Final(padding: number): void;
}

/** What one exchange with the module can hold (MAIN_BUFFER_SIZE). */
const BUFFER_BYTES = 16 * 1024;

/**
 * One instance of a module, used by any number of digests in turn. A digest that
 * is not the current one has its state outside; who comes next is loaded.
 */
export class HashEngine {
  readonly #exports: HashExports;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #state: Uint8Array<ArrayBuffer>;
  /** Whose state lies in the module's memory now; all others are parked outside. */
  #current: WasmDigest | null = null;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as HashExports;
    const { buffer } = this.#exports.memory;
    const stateSize = new DataView(buffer).getUint32(Number(this.#exports.STATE_SIZE.value), true);
    // The memory of these modules never grows: the views stay good.
    this.#buffer = new Uint8Array(buffer, this.#exports.Hash_GetBuffer(), BUFFER_BYTES);
    this.#state = new Uint8Array(buffer, this.#exports.Hash_GetState(), stateSize);
  }

  begin(bits: number): Uint8Array {
    this.#park();
    this.#exports.Hash_Init(bits);
    // The state of an empty message: the digest is not made current by it.
    return this.#state.slice();
  }

  update(digest: WasmDigest, bytes: Uint8Array): void {
    this.#load(digest);
    for (let at = 0; at < bytes.length; at += BUFFER_BYTES) {
      const chunk = bytes.subarray(at, at + BUFFER_BYTES);
      this.#buffer.set(chunk);
      this.#exports.Hash_Update(chunk.length);
    }
  }

  finish(digest: WasmDigest, padding: number, outputSize: number): Uint8Array<ArrayBuffer> {
    this.#load(digest);
    this.#exports.Hash_Final(padding);
    // Hash_Final leaves no usable state: nothing to park.
    this.#current = null;
    return this.#buffer.slice(0, outputSize);
  }

  /** A copy of the state, for `Digest.copy`; the digest goes on as before. */
  stateOf(digest: WasmDigest): Uint8Array {
    return this.#current === digest ? this.#state.slice() : digest.parked;
  }

  #load(digest: WasmDigest): void {
    if (this.#current === digest) return;
    this.#park();
    this.#state.set(digest.parked);
    this.#current = digest;
  }

  #park(): void {
    if (this.#current !== null) this.#current.parked = this.#state.slice();
    this.#current = null;
  }
}

/** A module of hash-wasm holds a family: the arguments choose the member. */
export interface WasmDigestKind {
  /** Argument of Hash_Init: the output's length in bits, where the family has several. */
  readonly bits: number;
  /** Argument of Hash_Final: the domain bits of the Keccak family. */
  readonly padding: number;
  readonly blockSize: number;
  readonly outputSize: number;
}

/** A hash in progress in a module that others use as well. */
export class WasmDigest implements Digest {
  readonly #engine: HashEngine;
  readonly #kind: WasmDigestKind;
  /** State while another digest uses the engine; stale while this one is `current` there. */
  parked: Uint8Array;

  constructor(engine: HashEngine, kind: WasmDigestKind, state: Uint8Array = engine.begin(kind.bits)) {
    this.#engine = engine;
    this.#kind = kind;
    this.parked = state;
  }

  get blockSize(): number {
    return this.#kind.blockSize;
  }

  get outputSize(): number {
    return this.#kind.outputSize;
  }

  update(bytes: Uint8Array): void {
    this.#engine.update(this, bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#engine.finish(this, this.#kind.padding, this.#kind.outputSize);
  }

  copy(): Digest {
    return new WasmDigest(this.#engine, this.#kind, this.#engine.stateOf(this).slice());
  }
}
