import { encodeTree, type ObjectType, oidOf, readTree, type TreeEntry } from '@slipway/git';
import { META_NAME } from './aside-name.ts';
import { decodeMeta, emptyMeta, encodeMeta, type FolderMeta } from './folder-meta.ts';

/** Reads the bytes of objects, as many as are asked for, in one question. A missing one is left out. */
export type ReadObjects = (oids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;

/** An object that was made and is not stored yet. */
export interface MadeObject {
  oid: string;
  type: ObjectType;
  bytes: Uint8Array;
  /** Of a tree: the one whose place it takes, which is likely to be much like it. */
  replaces?: string;
}

/**
 * The objects that trees are read from and made in: those of the project, and those
 * that were made on top and nobody has stored yet.
 *
 * Whoever walks several folders at once asks for each by itself; what is asked in one
 * turn of the event loop goes out as one question, so that a walk costs one question
 * for each level of folders.
 */
export class ObjectStore {
  readonly #fetch: ReadObjects;
  readonly #made = new Map<string, MadeObject>();
  readonly #known = new Map<string, Promise<Uint8Array | undefined>>();
  #asked: { oid: string; resolve: (bytes: Uint8Array | undefined) => void; reject: (error: unknown) => void }[] = [];

  constructor(fetch: ReadObjects) {
    this.#fetch = fetch;
  }

  /** What was made, each once. */
  get made(): readonly MadeObject[] {
    return [...this.#made.values()];
  }

  put(type: ObjectType, bytes: Uint8Array, replaces?: string): string {
    const oid = oidOf(type, bytes);
    // What came out as it was is there already.
    if (oid !== replaces) this.#made.set(oid, { oid, type, bytes, ...(replaces === undefined ? {} : { replaces }) });
    return oid;
  }

  async read(oid: string): Promise<Uint8Array> {
    const bytes = this.#made.get(oid)?.bytes ?? (await this.#ask(oid));
    if (!bytes) throw new Error(`Cannot read object ${oid}: the project does not have it`);
    return bytes;
  }

  async readEntries(oid: string | undefined): Promise<Map<string, TreeEntry>> {
    if (oid === undefined) return new Map();
    return new Map(readTree(await this.read(oid)).map((entry) => [entry.name, entry]));
  }

  async readMeta(entry: TreeEntry | undefined): Promise<FolderMeta> {
    return entry === undefined ? emptyMeta() : decodeMeta(await this.read(entry.oid));
  }

  putTree(entries: Iterable<TreeEntry>, replaces?: string): string {
    return this.put('tree', encodeTree(entries), replaces);
  }

  /** Puts a folder's meta beside the entries of its aside tree, or takes it away where it says nothing. */
  putMeta(aside: Map<string, TreeEntry>, meta: FolderMeta, mode: number): void {
    if (meta.files.size + meta.folders.size === 0) aside.delete(META_NAME);
    else aside.set(META_NAME, { mode, name: META_NAME, oid: this.put('blob', encodeMeta(meta)) });
  }

  #ask(oid: string): Promise<Uint8Array | undefined> {
    const known = this.#known.get(oid);
    if (known) return known;
    const answer = new Promise<Uint8Array | undefined>((resolve, reject) => {
      if (this.#asked.length === 0) setImmediate(() => void this.#answer());
      this.#asked.push({ oid, resolve, reject });
    });
    this.#known.set(oid, answer);
    return answer;
  }

  async #answer(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const found = await this.#fetch(asked.map(({ oid }) => oid));
      for (const { oid, resolve } of asked) resolve(found.get(oid));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
