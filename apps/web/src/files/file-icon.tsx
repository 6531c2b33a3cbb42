import File from 'lucide-solid/icons/file';
import FileSymlink from 'lucide-solid/icons/file-symlink';
import Folder from 'lucide-solid/icons/folder';
import FolderOpen from 'lucide-solid/icons/folder-open';
import { Match, Switch } from 'solid-js';
import type { EntryKind } from './tree/directory-entries.ts';

/** The name alone decides, not the folder that it is in. */
export interface FileIconProps {
  readonly name: string;
  readonly kind: EntryKind;
  readonly open: boolean;
}

/** The plain icon of a row. The panel takes another in its place. */
export function FileIcon(props: FileIconProps) {
  return (
    <Switch fallback={<File size={16} />}>
      <Match when={props.kind === 'link'}>
        <FileSymlink size={16} />
      </Match>
      <Match when={props.kind === 'folder' && props.open}>
        <FolderOpen size={16} />
      </Match>
      <Match when={props.kind === 'folder'}>
        <Folder size={16} />
      </Match>
    </Switch>
  );
}
