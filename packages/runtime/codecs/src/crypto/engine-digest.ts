import type { EngineWorkKind } from '@slipway/kernel';
import type { Engine } from './engine.ts';
import type { Digest } from './wasm-digest.ts';

/** Below this the way to the engine takes longer than the hash. */
const WORTH_ASKING_BYTES = 512 * 1024;

const KINDS: Readonly<Record<string, EngineWorkKind>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** The work to ask the engine for; `undefined` for a hash it does not have. */
export function engineKindOf(algorithm: string): EngineWorkKind | undefined {
  return Object.hasOwn(KINDS, algorithm) ? KINDS[algorithm] : undefined;
}

/**
 * A digest that the engine computes when all of its input came in one large
 * piece: with the processor's own instructions, which WebAssembly does not have.
 * Anything else goes to the digest it was made from.
 */
export class EngineDigest implements Digest {
  readonly #digest: Digest;
  readonly #engine: Engine;
  readonly #kind: EngineWorkKind;
  #whole: Uint8Array<ArrayBuffer> | null = null;
  /** Something was hashed already: no longer one piece. */
  #begun = false;

  constructor(digest: Digest, engine: Engine, kind: EngineWorkKind) {
    this.#digest = digest;
    this.#engine = engine;
    this.#kind = kind;
  }

  get blockSize(): number {
    return this.#digest.blockSize;
  }

  get outputSize(): number {
    return this.#digest.outputSize;
  }

  update(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.#begun && bytes.length >= WORTH_ASKING_BYTES) {
      // The caller may change its memory before it asks for the result.
      this.#whole = new Uint8Array(bytes.length);
      this.#whole.set(bytes);
    } else this.#settled().update(bytes);
    this.#begun = true;
  }

  finish(length?: number): Uint8Array<ArrayBuffer> {
    const whole = this.#whole;
    if (whole === null) return this.#digest.finish(length);
    this.#whole = null;
    const answer = this.#engine(this.#kind, whole.buffer, this.outputSize);
    if (answer === undefined) throw new Error(`Cannot compute ${this.#kind}: the browser refused`);
    return answer;
  }

  copy(): Digest {
    return this.#begun ? this.#settled().copy() : new EngineDigest(this.#digest.copy(), this.#engine, this.#kind);
  }

  /** Hands the one chunk that was held for the engine to the digest behind: from now on it is an ordinary one. */
  #settled(): Digest {
    if (this.#whole !== null) this.#digest.update(this.#whole);
    this.#whole = null;
    return this.#digest;
  }
}
