import type { SandboxFile } from '@slipway/sandboxes';
import { encodeJsonTree, type TreeEntry } from '@slipway/wire';

/** The files of a sandbox as bytes that `container.mount` takes. */
export function encodeMountTree(files: readonly SandboxFile[]): Uint8Array<ArrayBuffer> {
  return encodeJsonTree(files.map(treeEntry));
}

function treeEntry(file: SandboxFile): TreeEntry {
  switch (file.kind) {
    case 'dir':
      // The mount format has no modes, of files neither: what the snapshot has of them is in `listModeChanges`.
      return { type: 'directory', path: file.path };
    case 'link':
      return { type: 'link', path: file.path, target: file.target };
    case 'file':
      return { type: 'file', path: file.path, bytes: file.bytes };
  }
}
