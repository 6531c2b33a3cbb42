import type { RunnerFile } from '@slipway/contracts';
import { encodeJsonTree, type TreeEntry } from '@slipway/wire';

/** The files of a build document as bytes that `container.mount` takes. */
export function encodeMountTree(files: readonly RunnerFile[]): Uint8Array<ArrayBuffer> {
  return encodeJsonTree(files.map(treeEntry));
}

function treeEntry(file: RunnerFile): TreeEntry {
  switch (file.kind) {
    case 'dir':
      // The mount format has no modes, of files neither: what the snapshot has of them is in `listModeChanges`.
      return { type: 'directory', path: file.path };
    case 'link':
      return { type: 'link', path: file.path, target: file.target };
    case 'file':
      return { type: 'file', path: file.path, bytes: Buffer.from(file.base64, 'base64') };
  }
}
