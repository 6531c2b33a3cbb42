import { createSignal, For, Show } from 'solid-js';
import type { FileNode, FolderNode } from './create-files.ts';

export interface FileTreeProps {
  nodes: readonly FileNode[];
  selected: string | undefined;
  onOpen: (path: string) => void;
}

/** A tree of files after the WAI-ARIA tree pattern: arrows move and fold, Enter opens. */
export function FileTree(props: FileTreeProps) {
  const move = (event: KeyboardEvent): void => {
    const tree = event.currentTarget as HTMLElement;
    const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem] > .tree-row')];
    const at = items.findIndex((item) => item === document.activeElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    items[Math.max(0, Math.min(items.length - 1, at + step))]?.focus();
  };
  return (
    <ul class="tree" role="tree" aria-label="Files" onKeyDown={move}>
      <For each={props.nodes}>{(node) => <Item {...props} node={node} depth={0} />}</For>
    </ul>
  );
}

function Item(props: FileTreeProps & { node: FileNode; depth: number }) {
  return (
    <Show when={props.node.kind === 'folder' && props.node} fallback={<FileRow {...props} />}>
      {(folder) => <Folder {...props} folder={folder()} />}
    </Show>
  );
}

const indent = (depth: number): string => `${0.6 + depth * 0.85}rem`;

function FileRow(props: FileTreeProps & { node: FileNode; depth: number }) {
  return (
    <li role="treeitem" aria-selected={props.selected === props.node.path}>
      <button class="tree-row" style={{ 'padding-left': indent(props.depth + 1) }} data-path={props.node.path} onClick={() => props.onOpen(props.node.path)}>
        {props.node.name}
      </button>
    </li>
  );
}

function Folder(props: FileTreeProps & { folder: FolderNode; depth: number }) {
  const [open, setOpen] = createSignal(props.folder.name === 'src');
  const fold = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') setOpen(true);
    else if (event.key === 'ArrowLeft') setOpen(false);
  };
  return (
    <li role="treeitem" aria-expanded={open()}>
      <button class="tree-row folder" style={{ 'padding-left': indent(props.depth) }} data-path={props.folder.path} onClick={() => setOpen(!open())} onKeyDown={fold}>
        <span class="twist" aria-hidden="true">
          {open() ? '▾' : '▸'}
        </span>
        {props.folder.name}
      </button>
      <Show when={open()}>
        <ul role="group">
          <For each={props.folder.children}>{(node) => <Item {...props} node={node} depth={props.depth + 1} />}</For>
        </ul>
      </Show>
    </li>
  );
}
