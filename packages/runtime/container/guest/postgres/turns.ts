/**
 * Whose turn it is. One session answers all connections, so a connection has it for one exchange, or from the first
 * statement of a transaction to its end; the others wait in the order they came.
 */
export class Turns<T extends object> {
  readonly #limitMs: number;
  readonly #waiting: { readonly who: T; readonly go: () => void }[] = [];
  #holder: T | undefined;
  /** Since when the holder has asked nothing, in a transaction that is open. */
  #idleSince: number | undefined;

  /** `limitMs`: how long others wait for one that keeps a transaction open and asks nothing. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** True with the turn; false when another kept it for too long. */
  take(who: T): Promise<boolean> {
    if (this.#holder === undefined || this.#holder === who) {
      this.#holder = who;
      this.#idleSince = undefined;
      return Promise.resolve(true);
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cameAt = Date.now();
    const entry = {
      who,
      go: (): void => {
        clearInterval(timer);
        this.#holder = who;
        this.#idleSince = undefined;
        resolve(true);
      },
    };
    const look = (): void => {
      const since = Math.max(cameAt, this.#idleSince ?? Infinity);
      if (Date.now() - since < this.#limitMs) return;
      clearInterval(timer);
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      resolve(false);
    };
    const timer = setInterval(look, Math.min(this.#limitMs, 250));
    this.#waiting.push(entry);
    return promise;
  }

  /** The holder's exchange is over, its transaction is not. */
  keep(who: T): void {
    if (this.#holder === who) this.#idleSince = Date.now();
  }

  pass(who: T): void {
    if (this.#holder !== who) return;
    this.#holder = undefined;
    this.#waiting.shift()?.go();
  }
}
