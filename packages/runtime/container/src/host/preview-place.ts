/**
 * `elsewhere`: another tab answers them, and this one's `take` asks the page to have them moved. Undefined until the
 * page has said which.
 */
export type PreviewState = 'here' | 'elsewhere';

/** Two tabs may have one container's origin open, and only one of them answers its previews. */
export class PreviewPlace {
  readonly #take: () => void;
  readonly #listeners = new Set<(state: PreviewState) => void>();
  #state: PreviewState | undefined;

  /** `take` asks the page for them. */
  constructor(take: () => void) {
    this.#take = take;
  }

  get state(): PreviewState | undefined {
    return this.#state;
  }

  set(state: PreviewState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  subscribe(listener: (state: PreviewState) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  take(): Promise<void> {
    if (this.#state === 'here') return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.subscribe((state) => {
        if (state !== 'here') return;
        stop();
        resolve();
      });
      this.#take();
    });
  }
}
