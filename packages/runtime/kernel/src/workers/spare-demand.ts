/**
 * How many pre-booted workers of a kind are kept ready: a fixed number, and more
 * for a while after one was needed. A program that starts one thread mostly
 * starts others (a test runner, a bundler); most programs start none.
 */
import type { ProgramKind } from '../contract/programs.ts';

/** So long after the last use of a kind its extra spares are kept. */
const DEMAND_MS = 10_000;

/** Two levels of stock, and what is done when the upper one is over. */
export interface SpareDemandOptions {
  readonly always: Readonly<Record<ProgramKind, number>>;
  readonly inDemand: Partial<Readonly<Record<ProgramKind, number>>>;
  readonly delay: (ms: number, task: () => void) => void;
  /** Nobody has needed this kind for a while: spares beyond `wanted` can go. */
  readonly onLess: (kind: ProgramKind) => void;
}

/** Counts uses and forgets them when a kind has rested for `DEMAND_MS`. */
export class SpareDemand {
  readonly #options: SpareDemandOptions;
  readonly #uses = new Map<ProgramKind, number>();

  constructor(options: SpareDemandOptions) {
    this.#options = options;
  }

  /** How many spares of `kind` there should be now. */
  wanted(kind: ProgramKind): number {
    const { always, inDemand } = this.#options;
    return this.#uses.has(kind) ? Math.max(always[kind], inDemand[kind] ?? 0) : always[kind];
  }

  /** A worker of `kind` was taken. Kinds without an upper level are not followed. */
  used(kind: ProgramKind): void {
    if (this.#options.inDemand[kind] === undefined) return;
    const isWatched = this.#uses.has(kind);
    this.#uses.set(kind, (this.#uses.get(kind) ?? 0) + 1);
    if (!isWatched) this.#watch(kind);
  }

  /**
   * One timer for a kind, however often it is used: it
   * looks whether there were uses since it was set.
   */
  #watch(kind: ProgramKind): void {
    const before = this.#uses.get(kind);
    this.#options.delay(DEMAND_MS, () => {
      if (this.#uses.get(kind) !== before) {
        this.#watch(kind);
        return;
      }
      this.#uses.delete(kind);
      this.#options.onLess(kind);
    });
  }
}
