/** `instance.serialize()`, the client's `export()`. */
import { Errno, isDirectoryMode, joinBytes } from '@slipway/posix';
import type { AsyncVfs } from '@slipway/vfs';
import { encodeJsonTree, encodeSnapshot, type TreeEntry } from '@slipway/wire';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { FsError, must } from './fs-error.ts';
import { matchAny } from './globs.ts';
import { Turns, walkTree, type WalkEntry } from './walk-tree.ts';

/** All three settled: what the client left out has been filled in. */
export interface SerializeOptions {
  readonly format: 'json' | 'binary' | 'zip';
  /** Kept although something excludes them or a folder above them. */
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** `absolute` is what is exported, `shown` how the caller wrote it. Globs are relative to it. */
export async function serialize(
  fs: AsyncVfs,
  absolute: string,
  shown: string,
  options: SerializeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const root = must(fs.stat(must(fs.lookup(absolute, true), 'scandir', shown)), 'scandir', shown);
  if (!isDirectoryMode(root.mode)) {
    // The client refuses a single file as JSON with a text of its own; the other formats have no name for it.
    throw new FsError(Errno.ENOTDIR, 'scandir', shown);
  }
  const turns = new Turns();
  const entries = await select(fs, absolute, options, turns);
  if (options.format === 'zip') return zip(fs, entries, turns);
  const tree: TreeEntry[] = [];
  for (const entry of entries) {
    await turns.next();
    const node = readEntry(fs, entry);
    if (node !== undefined) tree.push(node);
  }
  return options.format === 'json' ? encodeJsonTree(tree) : encodeSnapshot(tree);
}

/** Entries in the order of the walk. What something excludes is out with all below it, unless `includes` names it. */
async function select(
  fs: AsyncVfs,
  root: string,
  options: SerializeOptions,
  turns: Turns,
): Promise<readonly WalkEntry[]> {
  const excluded = matchAny(options.excludes);
  const included = matchAny(options.includes);
  const outside = new Set<string>();
  const isOut = (path: string): boolean => {
    const slash = path.lastIndexOf('/');
    return excluded(path) || (slash > 0 && outside.has(path.slice(0, slash)));
  };
  const chosen: WalkEntry[] = [];
  // An excluded folder is entered only when something in it could be wanted.
  for await (const entry of walkTree(fs, root, (path) => options.includes.length > 0 || !outside.has(path), turns)) {
    const out = isOut(entry.path);
    if (out && entry.type === 'directory') outside.add(entry.path);
    if (!out || (entry.type !== 'directory' && included(entry.path))) chosen.push(entry);
  }
  return chosen;
}

/** `undefined` when the entry has gone meanwhile. */
function readEntry(fs: AsyncVfs, entry: WalkEntry): TreeEntry | undefined {
  if (entry.type === 'directory') return { type: 'directory', path: entry.path };
  if (entry.type === 'link') {
    const target = fs.readlink(entry.ino);
    return typeof target === 'number' ? undefined : { type: 'link', path: entry.path, target };
  }
  const bytes = fs.readFile(entry.absolute);
  return typeof bytes === 'number' ? undefined : { type: 'file', path: entry.path, bytes };
}

/** Compressed piece by piece: the kernel worker has others to serve. */
const PIECE_BYTES = 128 * 1024;
/** ZIP's "made by": the upper half of the attributes is a Unix mode. */
const MADE_BY_UNIX = 3;
/** ZIP counts years from 1980. */
const ZIP_EPOCH_MS = Date.UTC(1980, 0, 2);

/** By fflate's stream, one piece a turn. Links are entries that hold their target, by the mode in the attributes. */
async function zip(fs: AsyncVfs, entries: readonly WalkEntry[], turns: Turns): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let failure: unknown;
  const archive = new Zip((error, piece) => {
    if (error !== null) failure = error;
    else pieces.push(piece);
  });
  for (const entry of entries) {
    await turns.next();
    const node = readEntry(fs, entry);
    if (node === undefined) continue;
    const content =
      node.type === 'file'
        ? node.bytes
        : node.type === 'link'
          ? new TextEncoder().encode(node.target)
          : new Uint8Array();
    const name = node.type === 'directory' ? `${node.path}/` : node.path;
    const file = content.length === 0 ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    file.os = MADE_BY_UNIX;
    file.attrs = (entry.stat.mode << 16) >>> 0;
    file.mtime = new Date(Math.max(entry.stat.mtimeMs, ZIP_EPOCH_MS));
    archive.add(file);
    for (let at = 0; at < content.length - PIECE_BYTES; at += PIECE_BYTES) {
      file.push(content.subarray(at, at + PIECE_BYTES));
      await turns.next();
    }
    file.push(content.subarray(Math.max(0, Math.ceil(content.length / PIECE_BYTES) - 1) * PIECE_BYTES), true);
  }
  archive.end();
  if (failure !== undefined) throw failure;
  return joinBytes(pieces);
}
