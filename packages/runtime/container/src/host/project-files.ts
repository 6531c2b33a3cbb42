/** The requests `changes`, `read` and `apply` of a control port: the working directory as a page keeps a copy of it. */
import { Errno, errnoName, isDirectoryMode, isFileMode } from '@slipway/posix';
import { DirentType, type AsyncVfs } from '@slipway/vfs';
import { type AppliedEntry, type ChangedPaths, MAX_READ_BYTES, type PathContent } from '@slipway/wire';
import type { ContainerHost } from './container-host.ts';
import { Refused } from './refused.ts';
import { TreeWatcher } from './tree-watcher.ts';

/** Beyond so many changed paths the whole tree is told instead: nobody seems to ask. */
const MOST_CHANGED = 100_000;
/** Without the bits of the type. */
const PERMISSIONS = 0o7777;

/** What the IDE saves from and writes to: the working directory, with a memory of what changed in it. */
export class ProjectFiles {
  readonly #fs: AsyncVfs;
  readonly #workdir: string;
  readonly #onChange: (cursor: number) => void;
  readonly #watcher: TreeWatcher;
  /** When a path changed last, in the order of the changes. */
  readonly #changed = new Map<string, number>();
  #cursor = 0;
  /** Changes up to here were told or are too many to tell. */
  #lostUpTo = -1;
  #skip: ReadonlySet<string> = new Set();
  #stop: (() => void) | undefined;

  constructor(host: Pick<ContainerHost, 'fs' | 'workdir'>, onChange: (cursor: number) => void) {
    this.#fs = host.fs;
    this.#workdir = host.workdir;
    this.#onChange = onChange;
    this.#watcher = new TreeWatcher(host.fs);
  }

  /**
   * The first call begins to follow, with what its `skip` says; later ones only ask. Throws a `Refused` where
   * the working directory is gone.
   */
  changes(since: number | undefined, skip: readonly string[] = [], whole = false): ChangedPaths {
    if (this.#stop === undefined) {
      this.#skip = new Set(skip);
      const root = this.#fs.lookup(this.#workdir, true);
      if (root < 0) throw refusal(root, 'follow', '.');
      this.#stop = this.#watcher.watch(
        root,
        { recursive: true, skip: (path) => this.#skips(path.slice(path.lastIndexOf('/') + 1)) },
        (changes) => this.#note(changes.map((change) => change.path)),
      );
    } else this.#watcher.catchUp();
    const cursor = this.#cursor;
    if (whole) return { cursor, paths: this.#list(), all: true };
    if (since === undefined) return { cursor, paths: [], all: false };
    if (since <= this.#lostUpTo) return { cursor, paths: this.#list(), all: true };
    // What was told before was taken: nobody asks for it again.
    for (const [path, at] of this.#changed) if (at <= since) this.#changed.delete(path);
    return { cursor, paths: [...this.#changed.keys()], all: false };
  }

  /** As many of the paths, from the first on, as one reply may hold. */
  read(paths: readonly string[]): { entries: PathContent[]; transfer: ArrayBuffer[] } {
    const entries: PathContent[] = [];
    const transfer: ArrayBuffer[] = [];
    let size = 0;
    for (const path of paths) {
      const entry = this.#readOne(path);
      if (entry.kind === 'file') {
        size += entry.bytes.length;
        if (size > MAX_READ_BYTES && entries.length > 0) break;
        transfer.push(entry.bytes.buffer as ArrayBuffer);
      }
      entries.push(entry);
    }
    return { entries, transfer };
  }

  /** Puts entries in place but those that changed after `since`, and says which these are. */
  async apply(since: number, entries: readonly AppliedEntry[]): Promise<string[]> {
    for (const { path } of entries) this.#resolve(path);
    const kept: string[] = [];
    for (const entry of entries) {
      // Anew for each: programs go on writing while this does.
      if (this.#stop) this.#watcher.catchUp();
      if (this.#isNewer(entry, since)) kept.push(entry.path);
      else await this.#applyOne(entry);
    }
    return kept;
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Moves a path to the end of the order, so that one that changes again is told again. */
  #note(paths: readonly string[]): void {
    let noted = false;
    for (const path of paths) {
      if (path.split('/').some((name) => this.#skips(name))) continue;
      this.#changed.delete(path);
      this.#changed.set(path, ++this.#cursor);
      noted = true;
    }
    if (this.#changed.size > MOST_CHANGED) {
      this.#changed.clear();
      this.#lostUpTo = this.#cursor;
    }
    if (noted) this.#onChange(this.#cursor);
  }

  /** By name at any depth, such as `node_modules`. */
  #skips(name: string): boolean {
    return this.#skip.has(name);
  }

  /** Programs win over the page: what they have written since the page last looked is not overwritten. */
  #isNewer({ path, kind }: AppliedEntry, since: number): boolean {
    if ((this.#changed.get(path) ?? 0) > since) return true;
    // A folder that is to go may hold what somebody has just written.
    if (kind !== 'gone') return false;
    for (const [changed, at] of this.#changed) if (at > since && changed.startsWith(`${path}/`)) return true;
    return false;
  }

  /** The whole tree, folders before what is in them. Folders that go while it is read are passed over. */
  #list(): string[] {
    const found: string[] = [];
    const walk = (ino: number, prefix: string): void => {
      const entries = this.#fs.readdir(ino);
      if (typeof entries === 'number') return;
      for (const { name, ino: child, type } of entries) {
        if (this.#skips(name)) continue;
        found.push(`${prefix}${name}`);
        if (type === DirentType.directory) walk(child, `${prefix}${name}/`);
      }
    };
    walk(this.#fs.lookup(this.#workdir, true), '');
    return found;
  }

  /**
   * Links are not followed. `gone` also where reading fails, because the page asks again when it hears of the
   * change.
   */
  #readOne(path: string): PathContent {
    const absolute = this.#resolve(path);
    const stat = this.#fs.statPath(absolute, false);
    if (typeof stat === 'number') return { kind: 'gone', path };
    const mode = stat.mode & PERMISSIONS;
    if (isDirectoryMode(stat.mode)) {
      const names = this.#fs.readdir(stat.ino);
      return typeof names === 'number'
        ? { kind: 'gone', path }
        : { kind: 'dir', path, mode, empty: names.length === 0 };
    }
    const target = this.#fs.readlink(stat.ino);
    if (typeof target === 'string') return { kind: 'link', path, target };
    const bytes = this.#fs.readFile(absolute) as Uint8Array<ArrayBuffer> | number;
    // A socket, or gone since.
    return typeof bytes === 'number' ? { kind: 'gone', path } : { kind: 'file', path, mode, bytes };
  }

  /**
   * Makes folders on the way. Throws a `Refused` with the path where a step fails; entries before it are done
   * by then.
   */
  async #applyOne(entry: AppliedEntry): Promise<void> {
    const { path } = entry;
    const absolute = this.#resolve(path);
    const must = (result: number, action: string): void => {
      if (result < 0) throw refusal(result, action, path);
    };
    const stat = this.#fs.statPath(absolute, false);
    const isFolder = typeof stat !== 'number' && isDirectoryMode(stat.mode);
    if (entry.kind === 'gone') return must(await this.#fs.removeTree(absolute), 'remove');
    if (entry.kind === 'mode') return await this.#setMode(absolute, entry.mode);
    // What is in the way and of another kind goes first; a file is replaced in one step.
    const fits =
      entry.kind === 'dir'
        ? isFolder
        : typeof stat === 'number' || (!isFolder && entry.kind === 'file' && isFileMode(stat.mode));
    if (!fits) must(await this.#fs.removeTree(absolute), 'replace');
    const folder = entry.kind === 'dir' ? absolute : absolute.slice(0, absolute.lastIndexOf('/'));
    must((await this.#fs.mkdirAll(folder, 0o755)).errno, 'make a folder for');
    if (entry.kind === 'link') return must(await this.#fs.symlink(entry.target, absolute), 'link');
    if (entry.kind === 'file') must(await this.#fs.writeFile(absolute, entry.bytes, entry.mode), 'write');
    await this.#setMode(absolute, entry.mode);
  }

  async #setMode(absolute: string, mode: number): Promise<void> {
    const stat = this.#fs.statPath(absolute, false);
    if (typeof stat === 'number' || (stat.mode & PERMISSIONS) === mode) return;
    const result = await this.#fs.chmod(stat.ino, mode);
    // Gone since: there is nothing whose mode could be wrong.
    if (result < 0 && result !== Errno.ESTALE) throw refusal(result, 'set the mode of', absolute);
  }

  /** Only what is plainly below the working directory. */
  #resolve(path: string): string {
    const names = path.split('/');
    if (path.includes('\0') || names.some((name) => name === '' || name === '.' || name === '..'))
      throw new Refused('EINVAL', `Cannot use path ${JSON.stringify(path.slice(0, 200))}: it is not normalised`);
    return `${this.#workdir}/${path}`;
  }
}

function refusal(errno: number, action: string, path: string): Refused {
  return new Refused(errnoName(errno), `Cannot ${action} "${path}": ${errnoName(errno)}`);
}
