import { createHash } from 'node:crypto';
import { type BlobStore, saveChanges, type SaveRequest } from '@slipway/blobs';
import type { HolderFence } from '@slipway/contracts';
import { countStoredBytes, type Db, type SnapshotHead } from '@slipway/db';
import { makeSavedPaths, type SavedPaths } from '@slipway/history';
import type { SandboxContent, SandboxFile, SandboxFolder } from '@slipway/sandboxes';

type Change = SaveRequest['save']['changes'][number];

/** Of one save: as much as a tab sends at once. */
const SAVE_BYTES = 32 * 1024 ** 2;
/** How the sandbox is called where two saves meet. */
const DEVICE = 'agent';
/** Files whose bytes are asked of the sandbox at once. */
const PATHS_A_TIME = 100;

/** With the limits that the server's own saves have. */
export interface SaverNeeds {
  readonly db: Db;
  readonly blobs: BlobStore;
  readonly entriesLimit: number;
  readonly fileLimitBytes: number;
  /** What an owner's projects may take together, where he has no limit of his own. */
  readonly storedBytesLimit: number;
}

/** `head` is undefined for a project without a save. */
export interface SavedFolder {
  readonly ownerId: string;
  readonly projectId: string;
  readonly head: SnapshotHead | undefined;
  readonly files: readonly SandboxFile[];
}

/** Brings what changed in a sandbox's folder to the project, as a tab does: what `.gitignore` names stays behind. */
export class FolderSaver {
  readonly #needs: SaverNeeds;
  readonly #place: Pick<SavedFolder, 'ownerId' | 'projectId'>;
  readonly #folder: SandboxFolder;
  readonly #known: Set<string>;
  #base: string | null;
  #cursor: number;
  #rules: SavedPaths | undefined;
  /** Somebody else has saved meanwhile: the project has more than this folder. */
  stale = false;

  private constructor(needs: SaverNeeds, folder: SandboxFolder, saved: SavedFolder, cursor: number) {
    this.#needs = needs;
    this.#place = saved;
    this.#folder = folder;
    this.#known = new Set(saved.files.map(({ path }) => path));
    this.#base = saved.head?.commit ?? null;
    this.#cursor = cursor;
  }

  /** Right after the files were put there. */
  static async open(needs: SaverNeeds, folder: SandboxFolder, saved: SavedFolder): Promise<FolderSaver> {
    return new FolderSaver(needs, folder, saved, await folder.cursor());
  }

  /** As the holder that this fence names. Throws with a sentence where the project cannot take it. */
  async save(holder: HolderFence): Promise<void> {
    const { cursor, paths: told, all } = await this.#folder.changes(this.#cursor);
    const there = new Set(told);
    const paths = all ? [...[...this.#known].filter((path) => !there.has(path)), ...told] : told;
    if (paths.includes('.gitignore')) this.#rules = undefined;
    const rules = (this.#rules ??= await this.#readRules());
    const changes: Change[] = [];
    let bytes = 0;
    for (let at = 0; at < paths.length; at += PATHS_A_TIME) {
      for (const found of await this.#folder.look(paths.slice(at, at + PATHS_A_TIME))) {
        if (found.kind === 'file') bytes += found.bytes.length;
        if (bytes > SAVE_BYTES)
          throw new Error(`Cannot save: more than ${SAVE_BYTES} bytes changed at once; delete what can be made again`);
        const change = this.#toChange(found, rules);
        if (change) changes.push(change);
      }
    }
    if (changes.length > 0) await this.#commit(changes, holder);
    this.#cursor = cursor;
  }

  /** Merged with what others saved meanwhile, as a tab's save is; then this folder lacks their part, and is `stale`. */
  async #commit(changes: readonly Change[], holder: HolderFence): Promise<void> {
    const { ownerId, projectId } = this.#place;
    const added = changes.reduce((sum, change) => sum + (change.kind === 'file' ? change.size : 0), 0);
    if (added > 0) await this.#mustHaveRoom(added);
    const save = { base: this.#base, device: DEVICE, merge: true, changes };
    const result = await saveChanges(this.#needs, { ownerId, projectId, save, holder });
    if (result.outcome === 'holder-lost') throw new Error('Cannot save: somebody else has opened the project');
    if (result.outcome !== 'saved' && result.outcome !== 'unchanged')
      throw new Error(`Cannot save what was changed: ${result.outcome.replaceAll('-', ' ')}`);
    this.#base = result.snapshot.commit;
    this.stale ||= result.merged !== undefined;
    for (const { kind, path } of changes) {
      if (kind === 'gone') this.#known.delete(path);
      else this.#known.add(path);
    }
  }

  /** Counted as if all of it were new, as a save of a tab is. */
  async #mustHaveRoom(bytes: number): Promise<void> {
    const { used, ownLimit } = await countStoredBytes(this.#needs.db, this.#place.ownerId);
    const limit = ownLimit ?? this.#needs.storedBytesLimit;
    if (used + bytes > limit)
      throw new Error(`Cannot save: your projects would take more than ${limit} bytes; delete what you need no more`);
  }

  /** Only the one at the top: `makeSavedPaths` reads no other. */
  async #readRules(): Promise<SavedPaths> {
    const [found] = await this.#folder.look(['.gitignore']);
    return makeSavedPaths(found?.kind === 'file' ? new TextDecoder().decode(found.bytes) : undefined);
  }

  /**
   * Undefined for what is not saved. A path that is gone counts only where it, or something below it, was
   * saved before.
   */
  #toChange(found: SandboxContent, rules: SavedPaths): Change | undefined {
    const { path } = found;
    if (found.kind === 'gone') {
      const below = `${path}/`;
      const had = this.#known.has(path) || [...this.#known].some((known) => known.startsWith(below));
      return had ? { kind: 'gone', path } : undefined;
    }
    // What is saved stays so, as in git.
    if (!this.#known.has(path) && !rules.takes(path, found.kind === 'dir')) return undefined;
    if (found.kind === 'dir') return this.#known.has(path) ? undefined : { kind: 'dir', path, mode: found.mode };
    const hidden = rules.hides(path) ? { hidden: true } : {};
    if (found.kind === 'link') return { kind: 'link', path, target: found.target, ...hidden };
    const bytes = Uint8Array.from(found.bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const content = { as: 'whole' } as const;
    return { kind: 'file', path, mode: found.mode, sha256, size: bytes.length, content, bytes, ...hidden };
  }
}
