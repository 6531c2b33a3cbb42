import type { WebContainer } from '@webcontainer/api';
import { onCleanup, type Accessor } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';

export interface FolderNode {
  readonly kind: 'folder';
  readonly name: string;
  readonly path: string;
  readonly children: readonly FileNode[];
  /** False for folders that are too large to list all the time. */
  readonly listed: boolean;
}
export type FileNode = FolderNode | { readonly kind: 'file'; readonly name: string; readonly path: string };

export interface Files {
  readonly root: Accessor<readonly FileNode[]>;
  refresh(): Promise<void>;
}

const NOT_LISTED = new Set(['node_modules', '.git']);
const QUIET_MS = 250;

/** The project's files, read again whenever something changes. */
export function createFiles(container: WebContainer): Files {
  // Kept by path, so that a row that stays keeps its element and the focus.
  const [tree, setTree] = createStore<{ root: readonly FileNode[] }>({ root: [] });
  let timer: ReturnType<typeof setTimeout> | undefined;

  const list = async (folder: string): Promise<FileNode[]> => {
    const entries = await container.fs.readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
    const nodes = await Promise.all(
      entries.map(async (entry): Promise<FileNode> => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (!entry.isDirectory()) return { kind: 'file', name: entry.name, path };
        const listed = !NOT_LISTED.has(entry.name);
        return { kind: 'folder', name: entry.name, path, listed, children: listed ? await list(path) : [] };
      }),
    );
    return nodes.sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1));
  };
  const refresh = async (): Promise<void> => setTree('root', reconcile(await list(''), { key: 'path' }));

  const watcher = container.fs.watch('.', { recursive: true }, (event, name) => {
    const path = typeof name === 'string' ? name : new TextDecoder().decode(name);
    if (event !== 'rename' || /(^|\/)(node_modules|\.git)\//.test(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), QUIET_MS);
  });
  onCleanup(() => {
    watcher.close();
    clearTimeout(timer);
  });
  void refresh();
  return { root: () => tree.root, refresh };
}
