import type { TreeChange, TreeEntry } from '@slipway/contracts';

type Saved =
  | { kind: 'file'; mode: number; sha256: string }
  | { kind: 'link'; target: string }
  | { kind: 'dir'; mode: number };

/** What the server has of the project: paths with hashes, no bytes. */
export class SavedTree {
  readonly #entries = new Map<string, Saved>();
  /** Every folder that is told or has something in it. */
  readonly #folders = new Set<string>();

  constructor(entries: readonly TreeEntry[]) {
    for (const entry of entries) this.apply(entry);
  }

  get(path: string): Saved | undefined {
    return this.#entries.get(path) ?? (this.#folders.has(path) ? { kind: 'dir', mode: 0o755 } : undefined);
  }

  paths(): Iterable<string> {
    return this.#entries.keys();
  }

  hashesBelow(path: string): string[] {
    const below = `${path}/`;
    return [...this.#entries].flatMap(([at, entry]) =>
      entry.kind === 'file' && (at === path || at.startsWith(below)) ? [entry.sha256] : [],
    );
  }

  apply(change: TreeChange): void {
    const { path } = change;
    if (change.kind === 'gone') return this.#remove(path);
    if (change.kind !== 'dir' && this.#folders.has(path)) this.#remove(path);
    if (change.kind === 'dir') this.#folders.add(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
      this.#folders.add(path.slice(0, slash));
    this.#entries.set(path, change);
  }

  /** With everything below, as the server does it; folders above stay although they may be empty now. */
  #remove(path: string): void {
    this.#entries.delete(path);
    if (!this.#folders.has(path)) return;
    const below = `${path}/`;
    for (const known of this.#entries.keys()) if (known.startsWith(below)) this.#entries.delete(known);
    for (const known of this.#folders) if (known === path || known.startsWith(below)) this.#folders.delete(known);
  }
}
