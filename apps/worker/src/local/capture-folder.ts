import { type Dirent } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CAPTURE_LIMITS, checkCapture, LEFT_OUT, type SandboxFile } from '@slipway/sandboxes';

/** What a folder gets that nobody gave a mode. */
const FOLDER_MODE = 0o755;

/** All files below a folder but what no checkpoint holds; throws where there are too many or too large ones. */
export async function captureFolder(root: string): Promise<SandboxFile[]> {
  const files: SandboxFile[] = [];
  let bytes = 0;
  for await (const { path, entry } of walk(root, '')) {
    const stat = await lstat(join(root, path));
    const mode = stat.mode & 0o7777;
    if (entry.isSymbolicLink()) files.push({ kind: 'link', path, target: await readlink(join(root, path)) });
    else if (entry.isFile()) {
      bytes += stat.size;
      // Before it is read.
      if (bytes > CAPTURE_LIMITS.bytes)
        throw new Error(`Cannot take files: they have more than ${CAPTURE_LIMITS.bytes} bytes; delete some first`);
      files.push({ kind: 'file', path, mode, bytes: await readFile(join(root, path)) });
    } else if (entry.isDirectory() && (mode !== FOLDER_MODE || (await readdir(join(root, path))).length === 0))
      files.push({ kind: 'dir', path, mode });
    if (files.length > CAPTURE_LIMITS.files) checkCapture(files, CAPTURE_LIMITS);
  }
  return files;
}

/** Everything below a folder but what no checkpoint holds, with the time of its last change. */
export async function listFolder(root: string): Promise<{ path: string; changedMs: number }[]> {
  const found: { path: string; changedMs: number }[] = [];
  for await (const { path } of walk(root, '')) {
    try {
      found.push({ path, changedMs: (await lstat(join(root, path))).ctimeMs });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    if (found.length > CAPTURE_LIMITS.files) throw new Error(`Cannot list: more than ${CAPTURE_LIMITS.files} files`);
  }
  return found;
}

/** Bytes of all files below a folder; it looks no further once there are more than `enough`. */
export async function measureFolder(root: string, enough: number): Promise<number> {
  let bytes = 0;
  for await (const { path, entry } of walk(root, '', [])) {
    if (!entry.isFile()) continue;
    bytes += await sizeOf(join(root, path));
    if (bytes > enough) break;
  }
  return bytes;
}

/** Of a link its own, not that of what it leads to. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** Links are not followed. An entry comes before what is in it, and may be gone by the time somebody looks at it. */
async function* walk(
  root: string,
  below: string,
  skip: readonly string[] = LEFT_OUT,
): AsyncGenerator<{ path: string; entry: Dirent }> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, below), { withFileTypes: true });
  } catch (error) {
    // Its programs go on while it is walked through.
    if (isGone(error)) return;
    throw error;
  }
  for (const entry of entries) {
    if (skip.includes(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(root, path, skip);
  }
}

/** `ENOTDIR`: a folder on the way has become a file. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
