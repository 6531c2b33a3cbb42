/**
 * What `--osc` tells the embedder between the text: OSC 654, as apps built on
 * jsh expect it. `interactive` once, `prompt` before each prompt, `pid` and
 * `exit` around each command line. The number only tells lines apart, so the
 * shell counts down from -1: a line may be any number of processes, or none.
 */
export class Marks {
  readonly #write: ((text: string) => void) | undefined;
  #line = 0;

  constructor(write: ((text: string) => void) | undefined) {
    this.#write = write;
  }

  interactive(): void {
    this.#send('interactive');
  }

  prompt(): void {
    this.#send('prompt');
  }

  begin(): void {
    this.#line--;
    this.#send(`pid=${this.#line}`);
  }

  end(status: number): void {
    this.#send(`exit=${this.#line}:${status}`);
  }

  #send(text: string): void {
    this.#write?.(`\x1b]654;${text}\x07`);
  }
}
