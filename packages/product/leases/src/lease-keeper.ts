/** `onLost` is the one to act upon; errors alone end nothing. */
export interface LeaseKeeperOptions {
  leaseMs: number;
  /** Renews the term. False: it is lost. A rejection is told to `onError` and tried again. */
  renew: () => Promise<boolean>;
  /**
   * The term is lost, or may be before the next answer comes. Told at least once, and the holder
   * must stop before it does anything more outside of the database.
   */
  onLost: () => void;
  onError: (error: unknown) => void;
}

/**
 * Renews a lease for as long as its holder works. The database alone says when the
 * lease ends; this side only knows, by its own monotonic clock, since when it has
 * no confirmation, and gives up when two thirds of the lease passed without one:
 * before anybody else may take it.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #timer: NodeJS.Timeout;
  /** Of this process's monotonic clock: nobody can set it. */
  #confirmedAt = performance.now();
  #renewing: Promise<void> | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    // Four chances to renew before two thirds are over.
    this.#timer = setInterval(() => this.#tick(), options.leaseMs / 6);
  }

  /** Renews now: somebody said that there is news of the thing. */
  check(): void {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
  }

  /** Renews no more; resolves when a question that is under way is answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  #tick(): void {
    const { leaseMs, onLost } = this.#options;
    if (performance.now() - this.#confirmedAt > (leaseMs * 2) / 3) onLost();
    this.check();
  }

  async #renew(): Promise<void> {
    const { renew, onLost, onError } = this.#options;
    const askedAt = performance.now();
    try {
      // Counted from the question: the answer may have been long on its way.
      if (await renew()) this.#confirmedAt = askedAt;
      else onLost();
    } catch (error) {
      onError(error);
    }
  }
}
