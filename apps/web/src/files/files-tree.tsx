import { type Component, Show } from 'solid-js';
import { createDrag, pathOfEvent } from './create-drag.ts';
import type { FilesControl } from './create-files-panel.ts';
import { createRowView } from './create-row-view.ts';
import { createTreeFocus, type FilesTreeHandle } from './create-tree-focus.ts';
import type { FileIconProps } from './file-icon.tsx';
import { runTreeKey } from './files-keys.ts';
import { RowMenu } from './row-menu.tsx';
import { TreeRows } from './tree-rows.tsx';

/** `ref` gets what the panel must be able to do with the tree from outside. */
interface FilesTreeProps {
  readonly control: FilesControl;
  readonly openFile: string | undefined;
  readonly icon: Component<FileIconProps>;
  readonly onUpload: (kind: 'files' | 'folder') => void;
  readonly ref: (handle: FilesTreeHandle) => void;
}

/** The rows that are seen of the tree: the WAI-ARIA tree pattern, over a window of the rows. */
export function FilesTree(props: FilesTreeProps) {
  let viewport!: HTMLDivElement;
  const { tree } = props.control;
  const view = createRowView(tree, () => viewport);
  const drag = createDrag(props.control);
  const shownRow = (path: string | undefined): HTMLElement | undefined =>
    path === undefined
      ? undefined
      : (viewport.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`) ?? undefined);
  const focus = createTreeFocus(
    props.control,
    view.drawn,
    () => viewport,
    () => shownRow(view.stop()),
  );
  props.ref(focus);

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))
      openMenuAt(shownRow(view.stop()) ?? viewport);
    else if (!runTreeKey(props.control, event, view.pageRows())) return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const path = pathOfEvent(event);
    if (event.target instanceof HTMLInputElement) return;
    if (path === undefined) return tree.dispatch({ type: 'clear' });
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey;
    tree.dispatch({ type: 'focus', path, mode: event.shiftKey ? 'range' : isPlain ? 'single' : 'toggle' });
    if (isPlain) props.control.activate(path);
  };
  /** The menu is about the choice that the pointer is in, else about what is under it. */
  const aim = (event: MouseEvent): void => {
    const path = pathOfEvent(event);
    const { selected } = tree.state();
    if (path === undefined) tree.dispatch({ type: 'clear' });
    else if (selected.has(path)) tree.dispatch({ type: 'focus-within', path });
    else tree.dispatch({ type: 'focus', path, mode: 'single' });
  };

  return (
    <RowMenu control={props.control} onUpload={props.onUpload} onAim={aim} onClosed={focus.focus}>
      <RootNote control={props.control} />
      <div
        ref={viewport}
        class="files-viewport"
        classList={{ 'drop-target': drag.dropFolder() === '' }}
        onScroll={() => view.scrolled()}
        onKeyDown={onKey}
        onClick={onClick}
        onDragStart={(event) => drag.start(event)}
        onDragOver={(event) => drag.over(event)}
        onDragLeave={(event) => drag.leave(event)}
        onDrop={(event) => drag.drop(event)}
        onDragEnd={() => drag.end()}
      >
        <Show when={tree.rows().length > 0} fallback={<EmptyNote control={props.control} />}>
          <TreeRows
            control={props.control}
            view={view}
            openFile={props.openFile}
            dropFolder={drag.dropFolder()}
            icon={props.icon}
          />
        </Show>
      </div>
    </RowMenu>
  );
}

/** Opens the menu as the browser does for a pointer, at a row. */
function openMenuAt(element: HTMLElement): void {
  const { left, bottom } = element.getBoundingClientRect();
  const place = { bubbles: true, cancelable: true, clientX: left + 24, clientY: bottom };
  element.dispatchEvent(new MouseEvent('contextmenu', place));
}

/** That the project's folder cannot be read, or is not shown whole. */
function RootNote(props: { readonly control: FilesControl }) {
  const note = () => props.control.tree.state().directories.get('')?.note;
  return (
    <Show when={note()}>
      {(text) => (
        <p class="files-root-note" role="alert">
          {text()}
          <button type="button" onClick={() => props.control.refresh()}>
            Read again
          </button>
        </p>
      )}
    </Show>
  );
}

/** Empty is only said of a folder that was read. */
function EmptyNote(props: { readonly control: FilesControl }) {
  const isRead = (): boolean => props.control.tree.state().directories.get('')?.name === 'listed';
  return (
    <Show when={isRead()} fallback={<p class="files-empty">Reading the files…</p>}>
      <div class="files-empty">
        <p>There are no files yet.</p>
        <button type="button" onClick={() => props.control.startNew('file')}>
          Make a file
        </button>
        <p>Or drop files here.</p>
      </div>
    </Show>
  );
}
