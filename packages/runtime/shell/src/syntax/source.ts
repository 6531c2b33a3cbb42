/**
 * The text being parsed and the place in it. Several parsers share one: that
 * of a substitution reads on where the one of the word around it stopped.
 */
export class Source {
  /**
   * Changes when an alias is put in; a position before
   * that place stays right, one behind it does not.
   */
  text: string;
  position = 0;
  /** Of the character at `position`, counted by the newlines that were read. */
  line: number;

  constructor(text: string, line = 1) {
    this.text = text;
    this.line = line;
  }

  get ended(): boolean {
    return this.position >= this.text.length;
  }

  /** The character here or `offset` further, `undefined` beyond the end. Reads nothing. */
  peek(offset = 0): string | undefined {
    return this.text[this.position + offset];
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  next(): string | undefined {
    const c = this.text[this.position];
    if (c !== undefined) this.position++;
    if (c === '\n') this.line++;
    return c;
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) this.next();
  }

  /** Drops `\`-newline pairs at the current place. */
  skipContinuations(): void {
    while (this.peek() === '\\' && this.peek(1) === '\n') this.skip(2);
  }

  /** Characters left; unlike `position` it survives an alias being put in. */
  get remaining(): number {
    return this.text.length - this.position;
  }

  /** Puts `replacement` in place of what was read since `start` and goes back there. */
  replaceSince(start: number, replacement: string): void {
    this.text = this.text.slice(0, start) + replacement + this.text.slice(this.position);
    this.position = start;
  }

  /** For a try that may have to be taken back. Not across an alias: see `text`. */
  mark(): { position: number; line: number } {
    return { position: this.position, line: this.line };
  }

  reset(mark: { position: number; line: number }): void {
    this.position = mark.position;
    this.line = mark.line;
  }
}
