import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { FileMode } from '@slipway/posix';

const EXECUTABLE = 0o100755;
const LINK = FileMode.link;
/** PATH_MAX: what is longer leads nowhere. */
const TARGET_LIMIT_BYTES = 4096;
/** Of gitformat-index(5): before the name of an entry. */
const ENTRY_HEAD_BYTES = 62;
const MODE_AT = 24;
const FLAGS_AT = 60;
const EXTENDED = 0x4000;
const NAME_MASK = 0xfff;

/**
 * Gives the files of a working tree the executable bit that the index says they have, and makes links of what should be
 * links: the library writes most files without modes. A file with the bit that should have none is left, as it may be
 * the person's own change.
 */
export function restoreModes(workTree: string): void {
  const index = join(workTree, '.git', 'index');
  if (!existsSync(index)) return;
  for (const { name, mode } of specialEntries(readFileSync(index))) {
    const path = join(workTree, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (mode === EXECUTABLE) {
      if ((stat.mode & 0o111) === 0) chmodSync(path, stat.mode | 0o111);
    } else if (stat.size > 0 && stat.size <= TARGET_LIMIT_BYTES) {
      const target = readFileSync(path, 'utf8');
      rmSync(path);
      symlinkSync(target, path);
    }
  }
}

/** The entries of an index, version 2 or 3, that are no plain files; none where it is another version. */
export function* specialEntries(bytes: Buffer): Generator<{ readonly name: string; readonly mode: number }> {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') return;
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return;
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0 && at + ENTRY_HEAD_BYTES < bytes.length; left--) {
    const flags = bytes.readUInt16BE(at + FLAGS_AT);
    const nameAt = at + ENTRY_HEAD_BYTES + ((flags & EXTENDED) === 0 ? 0 : 2);
    const length = flags & NAME_MASK;
    const end = length === NAME_MASK ? bytes.indexOf(0, nameAt) : nameAt + length;
    if (end < nameAt) return;
    const mode = bytes.readUInt32BE(at + MODE_AT);
    if (mode === EXECUTABLE || mode === LINK) yield { name: bytes.toString('utf8', nameAt, end), mode };
    // One to eight NULs, up to a multiple of eight.
    at += (end - at + 8) & ~7;
  }
}
