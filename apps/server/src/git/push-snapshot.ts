import { deflateSync } from 'node:zlib';
import { treePathProblem } from '@slipway/contracts';
import type { SnapshotHead, StoredObject } from '@slipway/db';
import { encodeTree, EMPTY_TREE_OID, type ObjectSource, type PackReader } from '@slipway/git';
import { applyChanges, changesOf, diffSnapshots, listEntries, ObjectStore } from '@slipway/history';

/** What a commit that was pushed to `main` makes of the project. */
export interface PushedSnapshot {
  aside: string | null;
  /** Of the aside tree; nobody pushed them. */
  objects: StoredObject[];
  files: number;
  bytes: number;
}

/**
 * The snapshot of a pushed tree: what git cannot hold stays as it was, but for paths that the push put or took away.
 * Refused where the files are more, or have other names, than a project can hold.
 */
export async function makePushedSnapshot(
  source: ObjectSource,
  pack: PackReader | undefined,
  { tree, head, entriesLimit }: { tree: string; head: SnapshotHead | undefined; entriesLimit: number },
): Promise<({ outcome: 'made' } & PushedSnapshot) | { outcome: 'refused'; reason: string }> {
  const store = new ObjectStore((oids) => readBoth(source, pack, oids));
  // Trees alone are compared: what lies aside is in neither.
  const bare = (oid: string) => ({ tree: oid, aside: undefined });
  const differences = await diffSnapshots(store, head && bare(head.tree), bare(tree));
  const made = await applyChanges(store, head, changesOf(differences));
  const entries = await listEntries(store, { tree, aside: made.aside });
  if (entries.length > entriesLimit) return { outcome: 'refused', reason: `more than ${entriesLimit} entries` };
  for (const { path } of entries) {
    const problem = treePathProblem(path);
    if (problem !== undefined)
      return { outcome: 'refused', reason: `path ${JSON.stringify(path.slice(0, 200).toWellFormed())} ${problem}` };
  }
  const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.oid] : []));
  const sizes = await sizesOf(source, pack, files);
  return {
    outcome: 'made',
    aside: made.aside ?? null,
    objects: store.made
      .filter(({ oid }) => pack?.typeOf(oid) === undefined)
      .map(({ oid, type, bytes }) => ({
        oid,
        type,
        size: bytes.length,
        sha256: null,
        z: deflateSync(bytes),
        baseOid: null,
      })),
    files: files.length,
    bytes: files.reduce((sum, oid) => sum + (sizes.get(oid) ?? 0), 0),
  };
}

/** Objects of the pack, and else of the project. */
async function readBoth(
  source: ObjectSource,
  pack: PackReader | undefined,
  oids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const outside: string[] = [];
  for (const oid of oids) {
    const packed = await pack?.read(oid);
    if (packed) found.set(oid, packed.bytes);
    // Git knows the empty tree without having it, so it may be named by a tree that came without it.
    else if (oid === EMPTY_TREE_OID) found.set(oid, encodeTree([]));
    else outside.push(oid);
  }
  for (const [oid, { bytes }] of await source.read(outside)) found.set(oid, bytes);
  return found;
}

/** From the heads alone: no file is read to be counted. */
async function sizesOf(
  source: ObjectSource,
  pack: PackReader | undefined,
  oids: readonly string[],
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const outside = new Set<string>();
  for (const oid of oids) {
    const head = pack?.headOf(oid);
    if (head) sizes.set(oid, head.size);
    else outside.add(oid);
  }
  for (const [oid, { size }] of await source.heads([...outside])) sizes.set(oid, size);
  return sizes;
}
