import FileSymlink from 'lucide-solid/icons/file-symlink';
import Files from 'lucide-solid/icons/files';
import { Show } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { FileIcon } from '../shell/file-icon.tsx';
import type { Feature } from '../workbench/feature.ts';
import type { FileIconProps } from './file-icon.tsx';
import { downloadProject } from './transfer/download-project.ts';
import { FilesPanel } from './files-panel.tsx';

/** The project's files as a tree; tabs of files go along with what is moved in it. */
export const filesFeature: Feature = {
  id: 'files',
  create: ({ container, project, toast, activeFile, openFile, followMove, writeEdits }) => ({
    commands: [
      {
        id: 'download-project',
        title: () => 'Download the project as a zip',
        category: 'File',
        run: () =>
          void writeEdits()
            .then(() => downloadProject(container, project.name))
            .catch((error: unknown) =>
              toast({ tone: 'error', title: 'The project was not downloaded', text: messageOf(error) }),
            ),
      },
    ],
    panels: [
      {
        id: 'files',
        title: 'Files',
        icon: Files,
        component: () => (
          <nav class="files" aria-label="Files">
            <FilesPanel
              container={container}
              selected={activeFile()}
              onOpen={(path) => openFile(path)}
              onMoved={followMove}
              // Its tab sees by itself that the file is gone, and keeps the text.
              onDeleted={() => undefined}
              beforeChange={writeEdits}
              icon={RowIcon}
            />
          </nav>
        ),
        where: 'left',
        order: 10,
      },
    ],
  }),
};

/** The theme's icon for the name; a link has none there. */
function RowIcon(props: FileIconProps) {
  const kind = () => (props.kind !== 'folder' ? 'file' : props.open ? 'open-folder' : 'folder');
  return (
    <Show when={props.kind !== 'link'} fallback={<FileSymlink size={16} />}>
      <FileIcon path={props.name} kind={kind()} />
    </Show>
  );
}
