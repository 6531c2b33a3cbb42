/**
 * Stands for a v8::External: an object that only carries an address of native
 * memory, for lib to show and to hand back. There is no such memory here; the
 * address is made up and differs from one to the next.
 */
export class ExternalValue {
  readonly #address: bigint;

  constructor(address: bigint) {
    this.#address = address;
    // Like the real one: no prototype, no properties, none to be added.
    Object.setPrototypeOf(this, null);
    Object.preventExtensions(this);
  }

  /** v8::External::Value, or `undefined` where `value` is none. */
  static addressOf(value: unknown): bigint | undefined {
    return typeof value === 'object' && value !== null && #address in value ? value.#address : undefined;
  }
}
