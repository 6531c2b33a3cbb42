import type { FileSystemTree } from '@webcontainer/api';
import type { TreeEntry } from '@slipway/contracts';
import ignore, { type Ignore } from 'ignore';

/** Never saved: they are made anew from what is saved. */
const ALWAYS_IGNORED = ['node_modules', 'dist', '.git/'];

/** What the project itself does not want kept, over what is never kept. */
export function makeIgnore(gitignore: string | undefined): Ignore {
  const rules = ignore().add(ALWAYS_IGNORED);
  return gitignore === undefined ? rules : rules.add(gitignore);
}

export interface ScannedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ScannedTree {
  readonly files: readonly ScannedFile[];
  readonly links: readonly Extract<TreeEntry, { kind: 'link' }>[];
  /** Folders that hold nothing that is kept; the others follow from their files. */
  readonly emptyFolders: readonly string[];
}

/** Flattens an exported tree, leaving out what is ignored. */
export function scanTree(tree: FileSystemTree, ignored: Ignore): ScannedTree {
  const files: ScannedFile[] = [];
  const links: Extract<TreeEntry, { kind: 'link' }>[] = [];
  const emptyFolders: string[] = [];
  const encoder = new TextEncoder();

  const walk = (folder: FileSystemTree, prefix: string): boolean => {
    let kept = false;
    for (const [name, node] of Object.entries(folder)) {
      const path = prefix + name;
      if ('directory' in node) {
        if (ignored.ignores(`${path}/`)) continue;
        kept = true;
        if (!walk(node.directory, `${path}/`)) emptyFolders.push(path);
      } else {
        if (ignored.ignores(path)) continue;
        kept = true;
        if ('symlink' in node.file) links.push({ kind: 'link', path, target: node.file.symlink });
        else {
          const { contents } = node.file;
          // Copied: a view may stand on a buffer that is not this file's alone.
          files.push({ path, bytes: typeof contents === 'string' ? encoder.encode(contents) : new Uint8Array(contents) });
        }
      }
    }
    return kept;
  };
  walk(tree, '');
  return { files, links, emptyFolders };
}
