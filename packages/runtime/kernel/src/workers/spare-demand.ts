/**
 * How many pre-booted workers of a kind are kept ready: a fixed number, and more
 * for a while after one was needed. A program that starts one thread mostly
 * starts others (a test runner, a bundler); most programs start none.
 */
import type { WorkerKind } from './exec.ts';

/** So long after the last use of a kind its extra spares are kept. */
const DEMAND_MS = 10_000;

export interface SpareDemandOptions {
  /** Kept at any time. */
  readonly always: Readonly<Record<WorkerKind, number>>;
  /** Kept while a kind is in demand. */
  readonly inDemand: Partial<Readonly<Record<WorkerKind, number>>>;
  readonly delay: (ms: number, task: () => void) => void;
  /** Nobody has needed this kind for a while: spares beyond `wanted` can go. */
  readonly onLess: (kind: WorkerKind) => void;
}

export class SpareDemand {
  readonly #options: SpareDemandOptions;
  /** Uses so far of the kinds in demand. */
  readonly #uses = new Map<WorkerKind, number>();

  constructor(options: SpareDemandOptions) {
    this.#options = options;
  }

  wanted(kind: WorkerKind): number {
    const { always, inDemand } = this.#options;
    return this.#uses.has(kind) ? Math.max(always[kind], inDemand[kind] ?? 0) : always[kind];
  }

  used(kind: WorkerKind): void {
    if (this.#options.inDemand[kind] === undefined) return;
    const isWatched = this.#uses.has(kind);
    this.#uses.set(kind, (this.#uses.get(kind) ?? 0) + 1);
    if (!isWatched) this.#watch(kind);
  }

  #watch(kind: WorkerKind): void {
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
