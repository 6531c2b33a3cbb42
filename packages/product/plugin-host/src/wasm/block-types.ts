import { ByteWriter } from './byte-writer.ts';
import type { CoreModule } from './decode-module.ts';

/** Types of the blocks that are put around bodies: one more type where there are several results. */
export class BlockTypes {
  readonly #module: CoreModule;
  readonly #added: (readonly number[])[] = [];

  constructor(module: CoreModule) {
    this.#module = module;
  }

  write(out: ByteWriter, results: readonly number[]): void {
    if (results.length === 0) out.byte(0x40);
    else if (results.length === 1) out.byte(results[0]!);
    else {
      const known = this.#added.findIndex((other) => other.join() === results.join());
      if (known === -1) this.#added.push(results);
      out.s64(this.#module.types.length + (known === -1 ? this.#added.length - 1 : known));
    }
  }

  section(): ByteWriter {
    const { types } = this.#module;
    const section = new ByteWriter().u32(types.length + this.#added.length);
    const list = (values: readonly number[]) => section.u32(values.length).byte(...values);
    for (const { params, results } of types) {
      section.byte(0x60);
      list(params);
      list(results);
    }
    for (const results of this.#added) {
      section.byte(0x60, 0);
      list(results);
    }
    return section;
  }
}
