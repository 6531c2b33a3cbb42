import type { SnapshotFile } from '@slipway/blobs';
import { encodeJsonTree, type TreeEntry } from '@slipway/wire';

const PERMISSIONS = 0o777;

/** A snapshot as the bytes that `container.mount(bytes)` takes. Folders have no mode in that format. */
export function encodeMountTree(files: readonly SnapshotFile[]): Uint8Array<ArrayBuffer> {
  return encodeJsonTree(files.map(treeEntry));
}

function treeEntry(file: SnapshotFile): TreeEntry {
  switch (file.kind) {
    case 'dir':
      return { type: 'directory', path: file.path };
    case 'link':
      return { type: 'link', path: file.path, target: file.target };
    case 'file':
      return { type: 'file', path: file.path, bytes: file.bytes, mode: file.mode & PERMISSIONS };
  }
}
