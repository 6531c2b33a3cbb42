/**
 * A line being edited, as characters a reader would count: grapheme clusters,
 * so that one press of Backspace takes a flag or an accented letter whole.
 * Every index is one of these, never an offset in `text`. Pure.
 */
export class LineBuffer {
  #characters: string[] = [];
  #cursor = 0;
  readonly #segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

  get text(): string {
    return this.#characters.join('');
  }

  get cursor(): number {
    return this.#cursor;
  }

  get beforeCursor(): string {
    return this.#characters.slice(0, this.#cursor).join('');
  }

  get afterCursor(): string {
    return this.#characters.slice(this.#cursor).join('');
  }

  set(text: string, cursorAtEnd = true): void {
    this.#characters = this.#split(text);
    this.#cursor = cursorAtEnd ? this.#characters.length : 0;
  }

  /** Replaces the `count` characters before the cursor. */
  replaceBefore(count: number, text: string): void {
    const before = this.#characters.slice(0, Math.max(0, this.#cursor - count)).join('') + text;
    // Split anew as a whole: an accent typed behind a letter makes one character of two.
    const after = this.afterCursor;
    this.#characters = this.#split(before + after);
    this.#cursor = this.#split(before).length;
  }

  insert(text: string): void {
    this.replaceBefore(0, text);
  }

  /** An index outside of the line is its nearer end. */
  moveTo(index: number): void {
    this.#cursor = Math.max(0, Math.min(index, this.#characters.length));
  }

  moveBy(distance: number): void {
    this.moveTo(this.#cursor + distance);
  }

  moveToEnd(): void {
    this.#cursor = this.#characters.length;
  }

  /** Where Alt-B goes: words are letters, digits and `_`, as in readline. */
  wordLeft(): number {
    let at = this.#cursor;
    while (at > 0 && !this.#isWord(at - 1)) at--;
    while (at > 0 && this.#isWord(at - 1)) at--;
    return at;
  }

  /** Behind the end of the next word, where readline's forward-word goes. */
  wordRight(): number {
    let at = this.#cursor;
    while (at < this.#characters.length && !this.#isWord(at)) at++;
    while (at < this.#characters.length && this.#isWord(at)) at++;
    return at;
  }

  /** Where Ctrl-W ends: words are what blanks separate. */
  blankLeft(): number {
    let at = this.#cursor;
    while (at > 0 && this.#characters[at - 1] === ' ') at--;
    while (at > 0 && this.#characters[at - 1] !== ' ') at--;
    return at;
  }

  /** Removes from `from` to `to` and gives the text. */
  cut(from: number, to: number): string {
    const removed = this.#characters.splice(from, to - from).join('');
    this.#cursor = Math.min(from, this.#characters.length);
    return removed;
  }

  /** ^T: the character before the cursor and the one at it change places; at the end the last two. */
  transpose(): void {
    if (this.#cursor === 0 || this.#characters.length < 2) return;
    const right = Math.min(this.#cursor, this.#characters.length - 1);
    const [a, b] = [this.#characters[right - 1] ?? '', this.#characters[right] ?? ''];
    this.#characters[right - 1] = b;
    this.#characters[right] = a;
    this.#cursor = right + 1;
  }

  #isWord(index: number): boolean {
    return /[\p{L}\p{N}_]/u.test(this.#characters[index] ?? '');
  }

  #split(text: string): string[] {
    return Array.from(this.#segmenter.segment(text), (part) => part.segment);
  }
}
