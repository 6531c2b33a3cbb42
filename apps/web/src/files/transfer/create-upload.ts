import type { WebContainer } from '@webcontainer/api';
import { type Accessor, createSignal, untrack } from 'solid-js';
import { messageOf } from '../../api/api-error.ts';
import type { MoveResult } from '../operations/make-mover.ts';
import type { Operations } from '../operations/create-operations.ts';
import type { PutItems } from '../operations/make-placing.ts';
import type { Outcome } from '../operations/outcome.ts';
import type { Item, Target } from '../operations/transfer-plan.ts';
import type { Incoming } from './incoming.ts';

/** How far an upload is. `files` is 0 while folders are still being read. */
export interface UploadProgress {
  readonly doneFiles: number;
  readonly files: number;
  readonly doneBytes: number;
  readonly bytes: number;
}

/** Uploads, one at a time. */
export interface Upload {
  /** Undefined while nothing is uploaded. */
  readonly progress: Accessor<UploadProgress | undefined>;
  /** Reads what comes by `read`, and writes it into `folder`. */
  start(folder: string, read: (signal: AbortSignal) => Promise<Incoming>): Promise<Outcome>;
  /** Ends the upload after the file that is being written. What is there stays, and can be undone. */
  cancel(): void;
}

/** `files` stays 0 until everything was counted, and the bar shows no share till then. */
const NOTHING_YET: UploadProgress = { doneFiles: 0, files: 0, doneBytes: 0, bytes: 0 };

/** Uploads into `container`, each as one operation. */
export function createUpload(container: Pick<WebContainer, 'fs'>, operations: Operations): Upload {
  const [progress, setProgress] = createSignal<UploadProgress>();
  let cancel = new AbortController();

  const start = async (folder: string, read: (signal: AbortSignal) => Promise<Incoming>): Promise<Outcome> => {
    if (untrack(progress) !== undefined)
      return { outcome: 'refused', text: 'An upload is going on: cancel it, or wait for its end' };
    cancel = new AbortController();
    const { signal } = cancel;
    setProgress(NOTHING_YET);
    try {
      const incoming = await read(signal);
      const bytes = incoming.files.reduce((sum, { file }) => sum + file.size, 0);
      setProgress({ ...NOTHING_YET, files: incoming.files.length, bytes });
      const tops = [...new Set([...incoming.folders, ...incoming.files.map(({ path }) => path)].map(topOf))];
      if (tops.length === 0) return { outcome: 'refused', text: 'There is no file in what was dropped' };
      const put = putIncoming(container, incoming, signal, (size) =>
        setProgress((now) => now && { ...now, doneFiles: now.doneFiles + 1, doneBytes: now.doneBytes + size }),
      );
      const outcome = await operations.bring(
        tops.map((name): Item => ({ name })),
        folder,
        'Upload',
        put,
      );
      const now = untrack(progress);
      if (!signal.aborted || outcome.outcome !== 'done' || now === undefined) return outcome;
      return { ...outcome, text: `Upload cancelled: ${now.doneFiles} of ${now.files} files are here` };
    } catch (error) {
      if (signal.aborted) return { outcome: 'cancelled' };
      return { outcome: 'refused', text: messageOf(error) };
    } finally {
      setProgress(undefined);
    }
  };
  return { progress, start, cancel: () => cancel.abort() };
}

/** The name below the target's folder: conflicts are asked about for these, and undo takes these away. */
const topOf = (path: string): string => path.split('/', 1)[0] ?? path;

/** Writes folders and files below their targets. A target that was begun counts, so that undoing takes it away. */
function putIncoming(
  container: Pick<WebContainer, 'fs'>,
  incoming: Incoming,
  signal: AbortSignal,
  onWritten: (bytes: number) => void,
): PutItems {
  return async (targets): Promise<MoveResult> => {
    const filesOf = Map.groupBy(incoming.files, ({ path }) => topOf(path));
    const foldersOf = Map.groupBy(incoming.folders, topOf);
    let count = 0;
    for (const target of targets) {
      const { item, to } = target;
      const place = (path: string): string => to + path.slice(item.name.length);
      if (signal.aborted) return { count };
      count++;
      try {
        for (const folder of foldersOf.get(item.name) ?? []) await container.fs.mkdir(place(folder));
        for (const { path, file } of filesOf.get(item.name) ?? []) {
          if (signal.aborted) return { count };
          await container.fs.writeFile(place(path), new Uint8Array(await file.arrayBuffer()));
          onWritten(file.size);
        }
      } catch (error) {
        return { count, problem: writeProblem(target, error) };
      }
    }
    return { count };
  };
}

/** In the shape of a failed move, so that the history treats uploads and moves alike. */
const writeProblem = ({ item, to }: Target, error: unknown): NonNullable<MoveResult['problem']> => ({
  name: 'failed',
  move: { from: item.name, to },
  text: messageOf(error),
});
