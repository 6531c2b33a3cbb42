/** The first part of an output, and its last: what is between is counted and left out. */
export class BoundedOutput {
  readonly #half: number;
  readonly #decoder = new TextDecoder();
  #head = '';
  #tail = '';
  #left = 0;

  constructor(chars: number) {
    this.#half = Math.floor(chars / 2);
  }

  add(chunk: Uint8Array): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    const room = this.#half - this.#head.length;
    this.#head += text.slice(0, room);
    const tail = this.#tail + text.slice(Math.max(0, room));
    this.#left += Math.max(0, tail.length - this.#half);
    this.#tail = tail.slice(-this.#half);
  }

  text(): string {
    return this.#left === 0 ? this.#head + this.#tail : `${this.#head}\n… ${this.#left} characters …\n${this.#tail}`;
  }
}
