import { nameTrouble } from '../tree/entry-name.ts';

/** One file on its way in; `path` is relative to where it goes. */
export interface IncomingFile {
  readonly path: string;
  readonly file: File;
}

/** What is to be uploaded: files, and folders that may have none, each after the one that it lies in. */
export interface Incoming {
  readonly files: readonly IncomingFile[];
  readonly folders: readonly string[];
}

/** How much one upload brings at most. A container keeps its files in memory. */
export interface UploadLimits {
  readonly entries: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly depth: number;
}

/** Generous for a project's sources and pictures, and a fraction of a container's memory. */
export const UPLOAD_LIMITS: UploadLimits = {
  entries: 10_000,
  fileBytes: 100_000_000,
  totalBytes: 500_000_000,
  depth: 100,
};

/** An upload that is refused as a whole; the message is for the person. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
}

/** Counts what comes in, and throws {@link UploadRefused} for the first thing that is too much. */
export function makeIncomingCounter(limits: UploadLimits): (path: string, bytes: number) => void {
  let entries = 0;
  let total = 0;
  return (path, bytes) => {
    const parts = path.split('/');
    const bad = parts.map((name) => nameTrouble(name, () => false)).find((trouble) => trouble !== undefined);
    if (bad !== undefined) throw new UploadRefused(`Cannot upload "${path}": ${bad}`);
    if (parts.length > limits.depth) throw new UploadRefused(`Cannot upload "${path}": it lies too deep`);
    if (++entries > limits.entries)
      throw new UploadRefused(`Cannot upload more than ${limits.entries} files and folders at once`);
    if (bytes > limits.fileBytes)
      throw new UploadRefused(
        `Cannot upload "${path}": it has ${inMegabytes(bytes)}, at most are ${inMegabytes(limits.fileBytes)}`,
      );
    total += bytes;
    if (total > limits.totalBytes)
      throw new UploadRefused(`Cannot upload more than ${inMegabytes(limits.totalBytes)} at once`);
  };
}

/** The files of a file chooser; of a chosen folder each with its path. */
export function chosenFiles(list: Iterable<File>, limits: UploadLimits = UPLOAD_LIMITS): Incoming {
  const count = makeIncomingCounter(limits);
  const files = [...list].map((file): IncomingFile => {
    const path = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
    count(path, file.size);
    return { path, file };
  });
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return { files, folders: [...folders] };
}

/** Bytes as people say them, `1.5 MB`. */
export function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 100_000) / 10} MB`;
}
