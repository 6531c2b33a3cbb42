import type { GitObject } from '../objects/git-object.ts';
import type { ObjectType, Oid } from '../objects/oid.ts';
import type { PackItem } from '../packs/pack-writer.ts';

/** `oid` may be that of a tag, which leads on to another object. */
export interface RepositoryRef {
  name: string;
  oid: Oid;
}

/** All that a walk needs; the rest stays in the object. */
export interface CommitNode {
  oid: Oid;
  tree: Oid;
  parents: readonly Oid[];
}

/** Objects of one repository. Whatever is asked for and not there is left out of the answer. */
export interface ObjectSource {
  read(oids: readonly Oid[]): Promise<ReadonlyMap<Oid, GitObject>>;
  heads(oids: readonly Oid[]): Promise<ReadonlyMap<Oid, { type: ObjectType; size: number }>>;
  /** Every commit that one of these is or has as an ancestor. */
  history(from: readonly Oid[]): Promise<readonly CommitNode[]>;
  /** Objects as a pack has them, in any order; as a delta only against a base that is `usable`. All must be there. */
  pack(oids: readonly Oid[], usable: (base: Oid) => boolean): AsyncIterable<PackItem>;
}

/** A repository as one asker sees it: what no ref of these leads to is not there for them. */
export interface FetchRepository extends ObjectSource {
  /** In the order of their names' bytes. */
  refs(): Promise<readonly RepositoryRef[]>;
  /** The ref that HEAD names, whether it is there yet or not. */
  readonly head: string;
}
