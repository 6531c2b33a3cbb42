/** How many things of one sort each owner has, and that none has more than `most`. */
export class Quota<Owner> {
  readonly #taken = new Map<Owner, number>();
  readonly #most: number;
  readonly #unlimited: Owner | undefined;

  /** `unlimited` is the one owner who is trusted to give back what it takes. */
  constructor(most: number, unlimited?: Owner) {
    this.#most = most;
    this.#unlimited = unlimited;
  }

  /** One more for `owner`; false where it has as many as it may. */
  take(owner: Owner): boolean {
    const taken = this.#taken.get(owner) ?? 0;
    if (taken >= this.#most && owner !== this.#unlimited) return false;
    this.#taken.set(owner, taken + 1);
    return true;
  }

  give(owner: Owner): void {
    const left = (this.#taken.get(owner) ?? 0) - 1;
    if (left > 0) this.#taken.set(owner, left);
    else this.#taken.delete(owner);
  }
}
