/**
 * `tickInfo` of the binding 'task_queue': [kHasTickScheduled, kHasRejectionToWarn].
 * Reference: TickInfo in Node src/env.h.
 *
 * lib writes into it also from microtasks, of which the loop would otherwise
 * hear nothing: setting a flag may have to wake it.
 */
export class TickInfo {
  /** `tickInfo` of lib: accessors in place of C++'s bytes, see above. */
  readonly shared: { 0: number; 1: number };
  #scheduled = 0;
  #rejectionToWarn = 0;

  constructor(raised: () => void) {
    const raise = (value: number): void => {
      if (value !== 0) raised();
    };
    // Accessors on the indices, not an array: a typed array cannot tell that somebody wrote to it. Null costs
    // nothing where it matters, as lib reads the flag once per tick.
    this.shared = Object.defineProperties({} as TickInfo['shared'], {
      0: {
        get: () => this.#scheduled,
        set: (value: number) => {
          this.#scheduled = value;
          raise(value);
        },
      },
      1: {
        get: () => this.#rejectionToWarn,
        set: (value: number) => {
          this.#rejectionToWarn = value;
          raise(value);
        },
      },
    });
  }

  get scheduled(): boolean {
    return this.#scheduled !== 0;
  }

  get rejectionToWarn(): boolean {
    return this.#rejectionToWarn !== 0;
  }
}
