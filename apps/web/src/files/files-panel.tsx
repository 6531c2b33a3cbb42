import ChevronsDownUp from 'lucide-solid/icons/chevrons-down-up';
import FilePlus from 'lucide-solid/icons/file-plus';
import FolderPlus from 'lucide-solid/icons/folder-plus';
import RefreshCw from 'lucide-solid/icons/refresh-cw';
import UploadIcon from 'lucide-solid/icons/upload';
import { type Component, createEffect, type JSX, on } from 'solid-js';
import { createFilesPanel, type FilesContainer, type FilesControl } from './create-files-panel.ts';
import { FileIcon, type FileIconProps } from './file-icon.tsx';
import type { FilesTreeHandle } from './create-tree-focus.ts';
import { FilesTree } from './files-tree.tsx';
import './files.css';
import { QuestionDialog } from './files-question.tsx';
import { FilesStatusLine } from './files-status.tsx';
import { chosenFiles } from './transfer/incoming.ts';
import { targetFolder } from './tree/tree-model.ts';

/** `onMoved` and `onDeleted` are told afterwards, for folders, too. */
export interface FilesPanelProps {
  readonly container: FilesContainer;
  readonly selected: string | undefined;
  readonly onOpen: (path: string) => void;
  /** A file or folder is somewhere else now; what is below `from` moved with it. */
  readonly onMoved: (from: string, to: string) => void;
  readonly onDeleted: (path: string) => void;
  /** Awaited before anything changes its place: unwritten text is written where it belongs. */
  readonly beforeChange?: () => Promise<void>;
  readonly icon?: Component<FileIconProps>;
}

/** The project's files: a tree to look through and to change, by mouse, menu and keyboard. */
export function FilesPanel(props: FilesPanelProps) {
  const control = createFilesPanel(props.container, {
    onOpen: (path) => props.onOpen(path),
    onMoved: (from, to) => props.onMoved(from, to),
    onDeleted: (path) => props.onDeleted(path),
    beforeChange: () => props.beforeChange?.() ?? Promise.resolve(),
  });
  let handle: FilesTreeHandle | undefined;
  let filesInput!: HTMLInputElement;
  let folderInput!: HTMLInputElement;
  const choose = (kind: 'files' | 'folder'): void => (kind === 'files' ? filesInput : folderInput).click();
  const chosen: JSX.EventHandler<HTMLInputElement, Event> = ({ currentTarget }) => {
    const files = [...(currentTarget.files ?? [])];
    // Else choosing the same again would be no change.
    currentTarget.value = '';
    control.startUpload(targetFolder(control.tree.state()), async () => chosenFiles(files));
  };
  // The tree follows the editor; who works in the tree is not moved about.
  createEffect(
    on(
      () => props.selected,
      (path) => {
        if (path !== undefined && control.tree.state().focused !== path && handle?.hasFocus() !== true)
          control.tree.dispatch({ type: 'reveal', paths: [path] });
      },
    ),
  );
  return (
    <section class="files-panel" aria-label="Project files" aria-busy={control.busy()}>
      <Header control={control} onUpload={() => choose('files')} />
      <FilesTree
        control={control}
        openFile={props.selected}
        icon={props.icon ?? FileIcon}
        onUpload={choose}
        ref={(made) => (handle = made)}
      />
      <FilesStatusLine control={control} />
      <QuestionDialog question={control.question()} onClosed={() => handle?.focus()} />
      <input ref={filesInput} type="file" multiple hidden aria-label="Files to upload" onChange={chosen} />
      <input
        ref={(made) => {
          folderInput = made;
          made.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label="Folder to upload"
        onChange={chosen}
      />
    </section>
  );
}

/** Buttons for who does not know the keys; each does what its command does. */
function Header(props: { readonly control: FilesControl; readonly onUpload: () => void }) {
  return (
    <div class="files-header">
      <h2>Files</h2>
      <div class="files-buttons" role="toolbar" aria-label="Files">
        <HeaderButton label="New file" run={() => props.control.startNew('file')} icon={FilePlus} />
        <HeaderButton label="New folder" run={() => props.control.startNew('folder')} icon={FolderPlus} />
        <HeaderButton label="Upload files" run={() => props.onUpload()} icon={UploadIcon} />
        <HeaderButton
          label="Collapse all"
          run={() => props.control.tree.dispatch({ type: 'collapse-all' })}
          icon={ChevronsDownUp}
        />
        <HeaderButton label="Refresh" run={() => props.control.refresh()} icon={RefreshCw} />
      </div>
    </div>
  );
}

function HeaderButton(props: {
  readonly label: string;
  readonly run: () => void;
  readonly icon: Component<{ size?: number }>;
}) {
  return (
    <button type="button" class="files-button" aria-label={props.label} title={props.label} onClick={() => props.run()}>
      <props.icon size={16} />
    </button>
  );
}
