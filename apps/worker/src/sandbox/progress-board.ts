/** Passes a driver's word of progress on to whoever follows that sandbox. */
export class ProgressBoard {
  readonly #followers = new Map<string, () => void>();

  /** What a driver calls; for a sandbox that nobody follows, nothing happens. */
  readonly tell = (id: string): void => this.#followers.get(id)?.();

  /** One follower for each sandbox. What is given back ends it. */
  follow(id: string, onProgress: () => void): () => void {
    this.#followers.set(id, onProgress);
    return () => void this.#followers.delete(id);
  }
}
