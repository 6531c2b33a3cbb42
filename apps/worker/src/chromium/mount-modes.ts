import type { SandboxFile } from '@slipway/sandboxes';
import type { ModeChange } from '../driver/driver-protocol.ts';

/** What a mount gives files and folders, and files that begin with `#!`. */
const FILE_MODE = 0o644;
const SCRIPT_MODE = 0o755;
const FOLDER_MODE = 0o755;
/** UTF-16 units of the paths of one change: three bytes each at most, below what execve(2) takes. */
const MAX_PATHS_LENGTH = 256 * 1024;

/**
 * The modes of files that a mount does not give by itself: its format has none. Folders come last, the
 * deepest first, as one that may not be searched hides what is in it.
 */
export function listModeChanges(files: readonly SandboxFile[]): ModeChange[] {
  const changes: ModeChange[] = [];
  const open = new Map<number, { paths: string[]; length: number }>();
  const add = (path: string, mode: number): void => {
    let batch = open.get(mode);
    if (batch === undefined || batch.length + path.length > MAX_PATHS_LENGTH) {
      batch = { paths: [], length: 0 };
      open.set(mode, batch);
      changes.push({ mode: mode.toString(8), paths: batch.paths });
    }
    batch.paths.push(path);
    batch.length += path.length + 1;
  };
  for (const file of files) {
    if (file.kind !== 'file') continue;
    const mode = file.mode & 0o7777;
    if (mode !== (isScript(file.bytes) ? SCRIPT_MODE : FILE_MODE)) add(file.path, mode);
  }
  const folders = files.filter((file) => file.kind === 'dir').sort((a, b) => depthOf(b.path) - depthOf(a.path));
  for (const { path, mode } of folders) {
    if ((mode & 0o7777) === FOLDER_MODE) continue;
    // Not in a batch of the files, which come before, nor of a folder that is less deep.
    open.clear();
    add(path, mode & 0o7777);
  }
  return changes;
}

const isScript = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x21;

const depthOf = (path: string): number => path.split('/').length;
