/**
 * The last WebAssembly modules that processes compiled, held so that V8
 * does not forget them: it answers `new WebAssembly.Module(bytes)` from what it
 * has compiled of the same bytes, optimised code included, for as long as
 * somebody in the tab holds it. The next process starts where the last one was.
 */
export class ModuleShelf {
  readonly #modules = new Map<number, unknown>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Two modules of one length take each other's place, which costs time and nothing else. */
  keep(byteLength: number, module: unknown): void {
    this.#modules.delete(byteLength);
    this.#modules.set(byteLength, module);
    const [oldest] = this.#modules.keys();
    if (this.#modules.size > this.#limit && oldest !== undefined) this.#modules.delete(oldest);
  }

  /** The one used last comes last. */
  held(): readonly unknown[] {
    return [...this.#modules.values()];
  }

  clear(): void {
    this.#modules.clear();
  }
}
