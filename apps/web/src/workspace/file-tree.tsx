import { createSignal, For, Show } from 'solid-js';
import type { FileNode, FolderNode } from './create-files.ts';

export interface FileTreeProps {
  nodes: readonly FileNode[];
  selected: string | undefined;
  onOpen: (path: string) => void;
}

/** What the rows share. Kept above them: rows come and go whenever the files change. */
interface TreeState {
  isOpen(path: string): boolean;
  setOpen(path: string, open: boolean): void;
  /** The one row that Tab reaches. */
  isStop(path: string): boolean;
}

type RowProps = FileTreeProps & { tree: TreeState; depth: number };

/** A tree of files after the WAI-ARIA tree pattern: arrows move and fold, Enter opens. */
export function FileTree(props: FileTreeProps) {
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set(['src']));
  const [focused, setFocused] = createSignal<string>();
  const tree: TreeState = {
    isOpen: (path) => open().has(path),
    setOpen: (path, wanted) =>
      setOpen((current) => {
        const next = new Set(current);
        if (wanted) next.add(path);
        else next.delete(path);
        return next;
      }),
    isStop: (path) => path === (focused() ?? props.selected ?? props.nodes[0]?.path),
  };

  const onKey = (event: KeyboardEvent): void => {
    const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.tree-row')];
    const at = rows.findIndex((row) => row === document.activeElement);
    const row = rows[at];
    if (row === undefined) return;
    const path = row.dataset['path'] ?? '';
    const folder = row.dataset['folder'] !== undefined;
    const focus = (index: number): void => rows[Math.max(0, Math.min(rows.length - 1, index))]?.focus();
    switch (event.key) {
      case 'ArrowDown':
        focus(at + 1);
        break;
      case 'ArrowUp':
        focus(at - 1);
        break;
      case 'Home':
        focus(0);
        break;
      case 'End':
        focus(rows.length - 1);
        break;
      case 'ArrowRight':
        if (folder && !tree.isOpen(path)) tree.setOpen(path, true);
        else if (folder) focus(at + 1);
        break;
      case 'ArrowLeft':
        if (folder && tree.isOpen(path)) tree.setOpen(path, false);
        else if (path.includes('/')) focus(rows.findIndex((other) => other.dataset['path'] === path.slice(0, path.lastIndexOf('/'))));
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <ul class="tree" role="tree" aria-label="Files" onKeyDown={onKey} onFocusIn={(event) => setFocused((event.target as HTMLElement).dataset['path'])}>
      <For each={props.nodes}>{(node) => <Item {...props} tree={tree} node={node} depth={0} />}</For>
    </ul>
  );
}

function Item(props: RowProps & { node: FileNode }) {
  return (
    <Show when={props.node.kind === 'folder' && props.node} fallback={<FileRow {...props} />}>
      {(folder) => <Folder {...props} folder={folder()} />}
    </Show>
  );
}

const indent = (depth: number): string => `${0.6 + depth * 0.85}rem`;

function FileRow(props: RowProps & { node: FileNode }) {
  return (
    <li role="treeitem" aria-selected={props.selected === props.node.path}>
      <button
        class="tree-row" style={{ 'padding-left': indent(props.depth + 1) }} data-path={props.node.path} title={props.node.name}
        tabindex={props.tree.isStop(props.node.path) ? 0 : -1} onClick={() => props.onOpen(props.node.path)}
      >
        {props.node.name}
      </button>
    </li>
  );
}

function Folder(props: RowProps & { folder: FolderNode }) {
  const open = (): boolean => props.tree.isOpen(props.folder.path);
  return (
    <li role="treeitem" aria-expanded={open()}>
      <button
        class="tree-row" style={{ 'padding-left': indent(props.depth) }} data-path={props.folder.path} data-folder="" title={props.folder.name}
        tabindex={props.tree.isStop(props.folder.path) ? 0 : -1} onClick={() => props.tree.setOpen(props.folder.path, !open())}
      >
        <span class="twist" aria-hidden="true">
          {open() ? '▾' : '▸'}
        </span>
        {props.folder.name}
      </button>
      <Show when={open()}>
        <ul role="group">
          <Show when={props.folder.listed} fallback={<li class="muted tree-note" style={{ 'padding-left': indent(props.depth + 2) }}>Not listed: use the terminal</li>}>
            <For each={props.folder.children}>{(node) => <Item {...props} node={node} depth={props.depth + 1} />}</For>
          </Show>
        </ul>
      </Show>
    </li>
  );
}
