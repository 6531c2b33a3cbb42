import ChevronRight from 'lucide-solid/icons/chevron-right';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { type Component, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { FilesControl } from './create-files-panel.ts';
import type { FileIconProps } from './file-icon.tsx';
import { NameField } from './name-field.tsx';
import type { Entry } from './tree/directory-entries.ts';
import { isWithin } from './tree/paths.ts';
import { isFolderLike, type NewRow } from './tree/tree-model.ts';

interface RowProps<Shown> {
  readonly control: FilesControl;
  readonly row: Shown;
  /** Its place from the top, in pixels of the page. */
  readonly topPx: number;
}

/** The row of a file or folder: an item of an ARIA tree, with its name or the field that changes it. */
export function FileRow(
  props: RowProps<Entry> & {
    readonly isStop: boolean;
    readonly isOpenFile: boolean;
    readonly dropFolder: string | undefined;
    readonly icon: Component<FileIconProps>;
  },
) {
  const state = () => props.control.tree.state();
  const isFolder = (): boolean => isFolderLike(state(), props.row);
  const isOpen = (): boolean => isFolder() && state().expanded.has(props.row.path);
  const isNamed = (): boolean => {
    const edit = state().edit;
    return edit?.name === 'rename' && edit.path === props.row.path;
  };
  const isCut = (): boolean => {
    const held = props.control.clipboard();
    return held?.verb === 'move' && held.paths.includes(props.row.path);
  };
  const isTarget = (): boolean =>
    props.dropFolder !== undefined && props.dropFolder !== '' && isWithin(props.dropFolder, props.row.path);
  const note = (): string | undefined => (isOpen() ? state().directories.get(props.row.path)?.note : undefined);
  return (
    <div
      role="treeitem"
      class="tree-row"
      classList={{ cut: isCut(), 'drop-target': isTarget(), 'open-file': props.isOpenFile }}
      style={{ top: `${props.topPx}px`, '--level': props.row.level }}
      data-path={props.row.path}
      title={note() === undefined ? props.row.name : `${props.row.name}: ${note()}`}
      tabindex={props.isStop ? 0 : -1}
      draggable={!isNamed()}
      aria-level={props.row.level}
      aria-posinset={props.row.position}
      aria-setsize={props.row.setSize}
      aria-selected={state().selected.has(props.row.path)}
      aria-expanded={isFolder() ? isOpen() : undefined}
      aria-busy={isOpen() && state().directories.get(props.row.path)?.name === 'loading' ? true : undefined}
      aria-current={props.isOpenFile ? 'true' : undefined}
    >
      <span class="files-twist" classList={{ open: isOpen() }} aria-hidden="true">
        <Show when={isFolder() || props.row.kind === 'link'}>
          <ChevronRight size={14} />
        </Show>
      </span>
      <span class="files-icon" aria-hidden="true">
        <Dynamic component={props.icon} name={props.row.name} kind={props.row.kind} open={isOpen()} />
      </span>
      <Show
        when={isNamed()}
        fallback={
          <>
            <span class="files-name">{props.row.name}</span>
            <Show when={note()}>
              {(text) => (
                <span class="files-note">
                  <TriangleAlert size={14} aria-hidden="true" />
                  <span class="visually-hidden">{text()}</span>
                </span>
              )}
            </Show>
          </>
        }
      >
        <NameField
          label={`New name of ${props.row.name}`}
          initial={props.row.name}
          folder={props.row.kind === 'folder'}
          trouble={(name) => props.control.nameTrouble(name)}
          onDone={(name) => props.control.finishName(name)}
          onCancel={() => props.control.cancelName()}
        />
      </Show>
    </div>
  );
}

/** The row in which the name of a new file or folder is typed. */
export function NewFileRow(props: RowProps<NewRow> & { readonly icon: Component<FileIconProps> }) {
  return (
    <div
      role="treeitem"
      class="tree-row"
      style={{ top: `${props.topPx}px`, '--level': props.row.level }}
      data-path={props.row.path}
      aria-level={props.row.level}
      aria-label={`New ${props.row.entryKind}`}
    >
      <span class="files-twist" aria-hidden="true" />
      <span class="files-icon" aria-hidden="true">
        <Dynamic component={props.icon} name="" kind={props.row.entryKind} open={false} />
      </span>
      <NameField
        label={`Name of the new ${props.row.entryKind}`}
        initial=""
        folder={props.row.entryKind === 'folder'}
        trouble={(name) => props.control.nameTrouble(name)}
        onDone={(name) => props.control.finishName(name)}
        onCancel={() => props.control.cancelName()}
      />
    </div>
  );
}
