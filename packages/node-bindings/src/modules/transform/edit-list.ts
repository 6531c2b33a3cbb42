import { Bail } from './bail.ts';

/**
 * Replacements in a text, in the order of their positions.
 *
 * The scanner finds them in that order; two at the same place mean that it
 * misunderstood the text, except insertions, which keep the order they came in.
 */
export class EditList {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #texts: string[] = [];
  #last = 0;

  get length(): number {
    return this.#starts.length;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  replace(start: number, end: number, text: string): void {
    if (start < this.#last) throw new Bail(`edit at ${start} behind ${this.#last}`);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#texts.push(text);
    this.#last = end;
  }

  /** Replaces the range by blanks of the same shape: every line and column behind it stays. */
  blank(source: string, start: number, end: number, prefix = ''): void {
    const old = source.slice(start, end);
    // Not only \n ends a line: \r, U+2028 and U+2029 count lines too.
    const text = /[\n\r\u2028\u2029]/.test(old)
      ? prefix + old.slice(prefix.length).replace(/[^\n\r\u2028\u2029]/g, ' ')
      : prefix + ' '.repeat(Math.max(0, old.length - prefix.length));
    this.replace(start, end, text);
  }

  apply(source: string): string {
    let out = '';
    let copied = 0;
    for (let k = 0; k < this.#starts.length; k++) {
      out += source.slice(copied, this.#starts[k]) + this.#texts[k];
      copied = this.#ends[k] as number;
    }
    return copied === 0 && out === '' ? source : out + source.slice(copied);
  }
}
