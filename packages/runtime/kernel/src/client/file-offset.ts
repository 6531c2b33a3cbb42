/**
 * Where an open file description stands. Children that inherit it move it
 * together with their parent (fork(2)), so from the moment one gets it the
 * number lies in shared memory; most never leave the process that opened them.
 */
export class FileOffset {
  #own = 0;
  #shared: Float64Array<SharedArrayBuffer> | undefined;

  constructor(shared?: SharedArrayBuffer) {
    if (shared !== undefined) this.#shared = new Float64Array(shared, 0, 1);
  }

  get position(): number {
    return this.#shared === undefined ? this.#own : this.#shared[0]!;
  }

  set position(position: number) {
    if (this.#shared === undefined) this.#own = position;
    else this.#shared[0] = position;
  }

  /** What a child makes its own from. */
  share(): SharedArrayBuffer {
    if (this.#shared === undefined) {
      this.#shared = new Float64Array(new SharedArrayBuffer(8), 0, 1);
      this.#shared[0] = this.#own;
    }
    return this.#shared.buffer;
  }
}
