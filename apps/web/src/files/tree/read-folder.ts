import type { WebContainer } from '@webcontainer/api';
import type { EntryKind, ListedName } from './directory-entries.ts';

/** Reading needs no programs, so a test gives a file system alone. */
export type ReadingContainer = Pick<WebContainer, 'fs'>;

/** The names in `folder` as the container has them now, in no order. Throws the container's error. */
export async function readFolder(container: ReadingContainer, folder: string): Promise<readonly ListedName[]> {
  const listed = await container.fs.readdir(folder === '' ? '.' : folder, { withFileTypes: true });
  return listed.map((one) => ({ name: one.name, kind: kindOf(one) }));
}

/** The client tells files and folders; what is neither is a link, but for pipes and sockets, which nobody opens. */
function kindOf(one: { isFile(): boolean; isDirectory(): boolean }): EntryKind {
  return one.isDirectory() ? 'folder' : one.isFile() ? 'file' : 'link';
}

/** Whether `error` says that there is no such folder: it went while it was read. */
export function isGoneError(error: unknown): boolean {
  return error instanceof Error && /\b(ENOENT|ENOTDIR)\b/.test(error.message);
}
