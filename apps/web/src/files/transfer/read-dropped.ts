import { childOf } from '../tree/paths.ts';
import { type Incoming, type IncomingFile, makeIncomingCounter, UPLOAD_LIMITS, type UploadLimits } from './incoming.ts';

/**
 * The entries of what was dropped. Must be called before the event's handler returns: afterwards the list is empty
 * (HTML,
 * 6.11.3 "the drag data store"). Something that is no file has no entry.
 */
export function takeDropped(items: DataTransferItemList): readonly FileSystemEntry[] {
  return [...items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
}

/** Reads folders to their ends, within the limits. Throws `UploadRefused`, or the browser's error; ends by `signal`. */
export async function readDropped(
  entries: readonly FileSystemEntry[],
  signal: AbortSignal,
  limits: UploadLimits = UPLOAD_LIMITS,
): Promise<Incoming> {
  const count = makeIncomingCounter(limits);
  const files: IncomingFile[] = [];
  const folders: string[] = [];
  const walk = async (entry: FileSystemEntry, folder: string): Promise<void> => {
    signal.throwIfAborted();
    const path = childOf(folder, entry.name);
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      count(path, file.size);
      files.push({ path, file });
      return;
    }
    if (!isDirectory(entry)) return;
    count(path, 0);
    folders.push(path);
    const reader = entry.createReader();
    for (;;) {
      // A call gives some, at most a hundred in Chromium; none at the end (File and Directory Entries API, 7.3).
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const one of some) await walk(one, path);
    }
  };
  for (const entry of entries) await walk(entry, '');
  return { files, folders };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
