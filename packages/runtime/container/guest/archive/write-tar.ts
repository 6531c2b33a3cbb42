import { lstatSync, openSync, readdirSync, readlinkSync, readSync, closeSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { BLOCK, encodeMember, type MemberType, paddingOf, type TarMember } from './tar-header.ts';

/** Bytes; GNU's record of 20 blocks. */
const RECORD = 20 * BLOCK;
/** Bytes of a file that are in memory at a time. */
const CHUNK = 64 * 1024;

/** `sorted` is --sort=name; `recurse` is false with --no-recursion. */
export interface WriteSettings {
  readonly folder: string;
  readonly isExcluded: (name: string) => boolean;
  readonly sorted: boolean;
  readonly recurse: boolean;
  readonly mtime: number | undefined;
  readonly owner: { readonly id: number; readonly name: string } | undefined;
  readonly group: { readonly id: number; readonly name: string } | undefined;
  readonly numericOwner: boolean;
  readonly userName: (uid: number) => string;
  readonly nameOf: (name: string) => string;
  readonly onMember: (member: TarMember) => void;
  /** What cannot be read is told, and left out. */
  readonly onError: (name: string, action: 'stat' | 'open' | 'read', error: unknown) => void;
}

/** An archive of these files, block by block, ending at a full record. */
export async function* writeTar(names: readonly string[], settings: WriteSettings): AsyncGenerator<Buffer, void> {
  const links = new Map<string, string>();
  let written = 0;
  for (const name of names)
    for (const piece of membersOf(name, settings, links)) {
      written += piece.length;
      yield piece;
    }
  const end = 2 * BLOCK;
  yield Buffer.alloc(end + ((RECORD - ((written + end) % RECORD)) % RECORD));
}

/** A name and, where it is a folder, all below it. `links` has the files of several names by device and inode. */
function* membersOf(name: string, settings: WriteSettings, links: Map<string, string>): Generator<Buffer, void> {
  if (settings.isExcluded(name.replace(/\/+$/, ''))) return;
  const path = resolve(settings.folder, name);
  let stat: Stats;
  try {
    stat = lstatSync(path);
  } catch (error) {
    settings.onError(name, 'stat', error);
    return;
  }
  const type = typeOf(stat);
  if (type === undefined) return;
  const stored = settings.nameOf(type === '5' ? `${name.replace(/\/+$/, '')}/` : name);
  // The second name of a file is a link to the first.
  const key = `${stat.dev}:${stat.ino}`;
  const earlier = type === '0' && stat.nlink > 1 ? links.get(key) : undefined;
  if (type === '0' && stat.nlink > 1 && earlier === undefined) links.set(key, stored);
  const { owner, group } = settings;
  const uid = owner?.id ?? stat.uid;
  const gid = group?.id ?? stat.gid;
  const member: TarMember = {
    name: stored,
    type: earlier === undefined ? type : '1',
    mode: stat.mode & 0o7777,
    uid,
    gid,
    owner: settings.numericOwner ? '' : (owner?.name ?? settings.userName(uid)),
    group: settings.numericOwner ? '' : (group?.name ?? settings.userName(gid)),
    size: type === '0' && earlier === undefined ? stat.size : 0,
    mtime: settings.mtime ?? stat.mtimeMs / 1000,
    linkName: earlier ?? (type === '2' ? readlinkSync(path) : ''),
  };
  let fd: number | undefined;
  if (member.size > 0)
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      settings.onError(name, 'open', error);
      return;
    }
  settings.onMember(member);
  yield encodeMember(member);
  if (fd !== undefined) yield* contentsOf(fd, member.size);
  if (type !== '5' || !settings.recurse) return;
  let inside: string[];
  try {
    inside = readdirSync(path);
  } catch (error) {
    settings.onError(name, 'open', error);
    return;
  }
  if (settings.sorted) inside.sort();
  for (const each of inside) yield* membersOf(`${name.replace(/\/+$/, '')}/${each}`, settings, links);
}

/** As many bytes as the header says, whatever happens to the file meanwhile. */
function* contentsOf(fd: number, size: number): Generator<Buffer, void> {
  try {
    for (let left = size; left > 0;) {
      const chunk = Buffer.alloc(Math.min(CHUNK, left));
      readSync(fd, chunk);
      left -= chunk.length;
      yield chunk;
    }
    yield Buffer.alloc(paddingOf(size));
  } finally {
    closeSync(fd);
  }
}

/** Undefined for sockets, which GNU tar leaves out as well, and for devices, which nothing here could make again. */
function typeOf(stat: Stats): MemberType | undefined {
  if (stat.isFile()) return '0';
  if (stat.isSymbolicLink()) return '2';
  if (stat.isDirectory()) return '5';
  return stat.isFIFO() ? '6' : undefined;
}
