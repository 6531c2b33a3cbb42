import { FileIcon } from '../shell/file-icon.tsx';
import type { DockTab } from '../workbench/dock-tab.ts';
import { FileBody, type FileBodyProps } from './file-body.tsx';

/** Title and mark are read while the tab is drawn, so they follow what happens to the file. */
export interface FileTabParts extends FileBodyProps {
  /** The name, with its folder where another tab has the same. */
  title(): string;
  dirty(): boolean;
}

/** Its id is the open file's and not the path, so a rename keeps the tab. */
export function makeFileTab(parts: FileTabParts): DockTab {
  const { file, files } = parts;
  return {
    id: file.id,
    title: parts.title,
    hint: file.path,
    where: 'center',
    order: 0,
    icon: (props) => <FileIcon path={file.path()} size={props.size ?? 16} />,
    body: () => <FileBody {...parts} />,
    eager: false,
    stays: false,
    dirty: () => parts.dirty() || file.unwritten(),
    gone: () => file.trouble()?.name === 'deleted',
    close: () => parts.onClose(),
    focus: () => files.reveal(file),
    shown: () => files.noteShown(file),
  };
}

/** The last part of a path; with the folder before it where `others` end in the same. */
export function shortName(path: string, others: readonly string[]): string {
  const name = (of: string): string => of.slice(of.lastIndexOf('/') + 1);
  const twice = others.some((other) => other !== path && name(other) === name(path));
  const folder = path.slice(0, path.lastIndexOf('/'));
  return twice && folder !== '' ? `${name(path)} · ${name(folder)}` : name(path);
}
