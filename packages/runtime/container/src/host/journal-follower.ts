import type { VfsChange, VfsJournal } from '@slipway/vfs';

/** In the order of the changes. With `overflow` some are missing, and nobody knows which. */
export interface JournalBatch {
  readonly changes: readonly VfsChange[];
  /** Changes were lost: what was derived from names must be read anew. */
  readonly overflow: boolean;
}

/** Bursts (an install, a checkout) arrive as one batch instead of thousands. */
const GATHER_MS = 10;

/** Hands the file system's changes to any number of listeners; sleeps while there are none. */
export class JournalFollower {
  readonly #journal: VfsJournal;
  readonly #listeners = new Set<(batch: JournalBatch) => void>();
  #sequence = 0;
  #running = false;

  constructor(journal: VfsJournal) {
    this.#journal = journal;
  }

  /** Only changes after this call are reported. */
  subscribe(listener: (batch: JournalBatch) => void): () => void {
    // Earlier changes belong to the listeners that are here already.
    if (this.#listeners.size === 0) this.#sequence = this.#journal.sequence();
    else this.#pump();
    this.#listeners.add(listener);
    if (!this.#running)
      this.#run().catch((error: unknown) => {
        // The next one to listen starts it anew.
        this.#running = false;
        console.error(`Cannot follow the file system: ${String(error)}`);
      });
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Hands over at once what else would be gathered a little longer. */
  catchUp(): void {
    if (this.#listeners.size > 0) this.#pump();
  }

  /** To all listeners at once, also those that came last: `subscribe` has pumped before it added them. */
  #pump(): void {
    const { sequence, changes, overflow } = this.#journal.since(this.#sequence);
    this.#sequence = sequence;
    if (changes.length === 0 && !overflow) return;
    for (const listener of this.#listeners) listener({ changes, overflow });
  }

  /** One loop for all listeners, which ends when the last has gone. It sleeps until the journal changes. */
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#listeners.size > 0) {
      await this.#journal.changed(this.#sequence);
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      if (this.#listeners.size > 0) this.#pump();
    }
    this.#running = false;
  }
}
