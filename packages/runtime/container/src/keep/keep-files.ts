import type { KeepFile } from '@slipway/vfs';

/** Of the origin, which is one project’s. */
const FILES = ['keep-0', 'keep-1'] as const;

/** A tab that has just gone may hold them still. */
const OPEN_MS = 3000;
const AGAIN_MS = 20;

/**
 * Opens the two files for this worker alone. They open asynchronously, so this comes before a
 * writer begins to serve.
 */
export async function openKeepFiles(): Promise<[KeepFile, KeepFile]> {
  const folder = await navigator.storage.getDirectory();
  const opened: FileSystemSyncAccessHandle[] = [];
  try {
    for (const name of FILES) opened.push(await openPatiently(await folder.getFileHandle(name, { create: true })));
  } catch (error) {
    for (const handle of opened) handle.close();
    throw error;
  }
  return opened as [KeepFile, KeepFile];
}

/** The worker of a page that is just going may still hold the file: it is tried again for a while. */
async function openPatiently(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  const end = performance.now() + OPEN_MS;
  for (;;) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      const taken = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!taken || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Nobody may have them open. */
export async function deleteKeepFiles(): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  for (const name of FILES)
    await folder.removeEntry(name).catch((error: unknown) => {
      // Never made.
      if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error;
    });
}
