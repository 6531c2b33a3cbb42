import type { Oid } from '../objects/oid.ts';
import type { CommitNode } from './repository.ts';

const NOTHING: ReadonlySet<Oid> = new Set();

/** Held in memory: one node for each commit, without its message. */
export class CommitGraph {
  readonly #nodes: ReadonlyMap<Oid, CommitNode>;

  constructor(nodes: Iterable<CommitNode>) {
    this.#nodes = new Map([...nodes].map((node) => [node.oid, node]));
  }

  has(oid: Oid): boolean {
    return this.#nodes.has(oid);
  }

  get(oid: Oid): CommitNode | undefined {
    return this.#nodes.get(oid);
  }

  parentsOf(oid: Oid): readonly Oid[] {
    return this.#nodes.get(oid)?.parents ?? [];
  }

  /**
   * These and their ancestors, the nearest first; nobody looks behind a commit of `shallow`, nor at one of `except`.
   */
  reach(
    from: Iterable<Oid>,
    { shallow = NOTHING, except = NOTHING }: { shallow?: ReadonlySet<Oid>; except?: ReadonlySet<Oid> } = {},
  ): Set<Oid> {
    const reached = new Set<Oid>();
    // A set goes on with what is added while it is walked.
    for (const oid of from) if (this.#nodes.has(oid) && !except.has(oid)) reached.add(oid);
    for (const oid of reached) {
      if (shallow.has(oid)) continue;
      for (const parent of this.parentsOf(oid)) if (this.#nodes.has(parent) && !except.has(parent)) reached.add(parent);
    }
    return reached;
  }

  /** Whether each of `wants` is or has as an ancestor one of `commons`: more haves would change little. */
  allReach(wants: Iterable<Oid>, commons: ReadonlySet<Oid>): boolean {
    const children = new Map<Oid, Oid[]>();
    for (const { oid, parents } of this.#nodes.values()) {
      for (const parent of parents) {
        const list = children.get(parent);
        if (list) list.push(oid);
        else children.set(parent, [oid]);
      }
    }
    const descendants = new Set(commons);
    for (const oid of descendants) for (const child of children.get(oid) ?? []) descendants.add(child);
    for (const want of wants) if (!descendants.has(want)) return false;
    return true;
  }
}
