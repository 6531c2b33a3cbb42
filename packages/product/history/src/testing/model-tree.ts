import { listEntries } from '../trees/list-entries.ts';
import { ObjectStore } from '../trees/object-store.ts';
import type { PathChange, SnapshotTrees } from '../trees/snapshot-trees.ts';

/** `reads` counts, so that a test sees what a walk costs. */
export class MemoryObjects {
  readonly kept = new Map<string, { type: string; bytes: Uint8Array }>();
  reads = 0;

  open(): ObjectStore {
    return new ObjectStore((oids) => {
      this.reads++;
      const found = oids.flatMap((oid) => {
        const object = this.kept.get(oid);
        return object ? [[oid, object.bytes] as const] : [];
      });
      return Promise.resolve(new Map(found));
    });
  }

  keep(objects: ObjectStore): void {
    for (const { oid, type, bytes } of objects.made) this.kept.set(oid, { type, bytes });
  }
}

/** What a file system would have at a path. */
export type ModelEntry = { kind: 'file'; mode: number; bytes: string } | { kind: 'link'; target: string } | ModelFolder;
interface ModelFolder {
  kind: 'dir';
  mode: number;
}

/** A folder as a file system has it, changed by the changes that a save tells of. */
export class ModelTree {
  readonly entries = new Map<string, ModelEntry>();

  constructor(entries: Iterable<[string, ModelEntry]> = []) {
    this.entries = new Map(entries);
  }

  remove(path: string): void {
    for (const known of this.entries.keys())
      if (known === path || known.startsWith(`${path}/`)) this.entries.delete(known);
  }

  /** Makes the folders above too, and says which. */
  put(path: string, entry: ModelEntry): [string, ModelEntry][] {
    const parts = path.split('/');
    const made: [string, ModelEntry][] = [];
    for (let length = 1; length < parts.length; length++) {
      const folder = parts.slice(0, length).join('/');
      if (this.entries.get(folder)?.kind === 'dir') continue;
      this.entries.set(folder, { kind: 'dir', mode: 0o755 });
      made.push([folder, { kind: 'dir', mode: 0o755 }]);
    }
    if (entry.kind !== 'dir') this.remove(path);
    this.entries.set(path, entry);
    return made;
  }

  /** Renames what is at a path, as rename(2) of a folder does; what was put, folders above too. */
  move(from: string, to: string): [string, ModelEntry][] | undefined {
    if (to === from || to.startsWith(`${from}/`) || from.startsWith(`${to}/`)) return undefined;
    const moved = [...this.entries].filter(([path]) => path === from || path.startsWith(`${from}/`));
    if (moved.length === 0) return undefined;
    this.remove(from);
    this.remove(to);
    return moved.flatMap(([path, entry]): [string, ModelEntry][] => {
      const at = `${to}${path.slice(from.length)}`;
      return [...this.put(at, entry), [at, entry]];
    });
  }
}

/** Puts the bytes into `objects`, as whoever saves would. */
export function toChange(objects: ObjectStore, path: string, entry: ModelEntry): PathChange {
  switch (entry.kind) {
    case 'dir':
      return { kind: 'dir', path, mode: entry.mode };
    case 'link':
      return { kind: 'link', path, oid: objects.put('blob', new TextEncoder().encode(entry.target)) };
    case 'file':
      return { kind: 'file', path, mode: entry.mode, oid: objects.put('blob', Buffer.from(entry.bytes, 'latin1')) };
  }
}

/** A snapshot read back as the model has it, in the order of the paths. */
export async function readModel(objects: ObjectStore, trees: SnapshotTrees): Promise<[string, ModelEntry][]> {
  const listed = await listEntries(objects, trees);
  const read = await Promise.all(
    listed.map(async (entry): Promise<[string, ModelEntry]> => {
      switch (entry.kind) {
        case 'dir':
          return [entry.path, { kind: 'dir', mode: entry.mode }];
        case 'link':
          return [entry.path, { kind: 'link', target: new TextDecoder().decode(await objects.read(entry.oid)) }];
        case 'file':
          return [
            entry.path,
            { kind: 'file', mode: entry.mode, bytes: Buffer.from(await objects.read(entry.oid)).toString('latin1') },
          ];
      }
    }),
  );
  return read.sort(([a], [b]) => (a < b ? -1 : 1));
}
