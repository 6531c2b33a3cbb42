import { readCommitLinks } from './commit.ts';
import type { ObjectType, Oid } from './oid.ts';
import { readTagTarget } from './tag.ts';
import { decodeTree, isTreeMode, readTree, TREE_MODES } from './tree.ts';

/** An object without its id: what is hashed, stored and sent. */
export interface GitObject {
  type: ObjectType;
  bytes: Uint8Array;
}

/** What an object leads to, with the type that it must have there. */
export interface ObjectLink {
  oid: Oid;
  type: ObjectType;
}

/** Refuses an object from outside whose bytes are not what its type says. Bytes of a blob are always good. */
export function checkObject({ type, bytes }: GitObject): void {
  if (type === 'tree') decodeTree(bytes);
  else if (type === 'commit') readCommitLinks(bytes);
  else if (type === 'tag') readTagTarget(bytes);
}

/** The objects to which one leads. A submodule's commit is in another repository and no link. */
export function linksOf({ type, bytes }: GitObject): ObjectLink[] {
  switch (type) {
    case 'blob':
      return [];
    case 'tree':
      return readTree(bytes)
        .filter(({ mode }) => mode !== TREE_MODES.commit)
        .map(({ oid, mode }) => ({ oid, type: isTreeMode(mode) ? 'tree' : 'blob' }));
    case 'commit': {
      const { tree, parents } = readCommitLinks(bytes);
      return [{ oid: tree, type: 'tree' }, ...parents.map((oid): ObjectLink => ({ oid, type: 'commit' }))];
    }
    case 'tag': {
      const { object, type: target } = readTagTarget(bytes);
      return [{ oid: object, type: target }];
    }
  }
}
