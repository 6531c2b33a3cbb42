import { type BlobStore, readSnapshotEntries, readSnapshotFiles } from '@slipway/blobs';
import { type Db, getSnapshotHead } from '@slipway/db';
import { WireError } from '@slipway/wire';
import { createLanes, LaneFullError, type Lanes } from '../http/lanes.ts';
import { encodeMountTree } from './mount-tree.ts';

/** A reader that takes nothing for so long has gone without a word. */
const IDLE_MS = 30_000;
const BYTES_PER_SECOND = 64 * 1024;
const PIECE_BYTES = 256 * 1024;

/** Each mount is all of a project in memory, from when it is read until the last of it was taken. */
export const createMountLanes = (atOnce: number): Lanes =>
  createLanes({ key: { atOnce: 2, waiting: 16 }, all: { atOnce, waiting: 100 } });

/** Which files: `snapshotId` may be "latest". */
export interface MountSource {
  readonly ownerId: string;
  readonly projectId: string;
  readonly snapshotId: string;
}

/** All files as `container.mount` takes them, and the snapshot that they are of; null where nothing was saved yet. */
export interface Mount {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly snapshotId: string | null;
}

/** The files of a snapshot, unless all together they are larger than `limitBytes`. */
export async function readMount(
  { blobs, db }: { blobs: BlobStore; db: Db },
  { ownerId, projectId, snapshotId }: MountSource,
  limitBytes: number,
): Promise<Mount | 'too-large' | 'missing'> {
  // Once: what is counted is what is read.
  const head = await getSnapshotHead(db, ownerId, projectId, snapshotId);
  const entries = head && (await readSnapshotEntries(blobs, db, ownerId, projectId, head.id));
  if (!head || !entries) return snapshotId === 'latest' ? { bytes: encodeMountTree([]), snapshotId: null } : 'missing';
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  if (bytes > limitBytes) return 'too-large';
  const files = await readSnapshotFiles(blobs, db, ownerId, projectId, head.id);
  if (files === undefined) return 'missing';
  try {
    return { bytes: encodeMountTree(files), snapshotId: head.id };
  } catch (error) {
    // Bytes that are no text take several characters each.
    if (error instanceof WireError) return 'too-large';
    throw error;
  }
}

/** The place is free once all of it was taken from us, or the reader is gone or too slow: until then it is memory. */
export function inMountLane<Refusal extends string>(
  lanes: Lanes,
  key: string,
  read: () => Promise<Mount | Refusal>,
): Promise<{ stream: ReadableStream<Uint8Array>; snapshotId: string | null } | Refusal | 'busy'> {
  return new Promise((resolve, reject) => {
    const work = lanes.run(key, async () => {
      const mount = await read();
      if (typeof mount === 'string') return resolve(mount);
      const { stream, sent } = sendInPieces(mount.bytes);
      resolve({ stream, snapshotId: mount.snapshotId });
      return await sent;
    });
    if (work === undefined) return resolve('busy');
    work.catch((error: unknown) => (error instanceof LaneFullError ? resolve('busy') : reject(error as Error)));
  });
}

/** To a reader, who may be slow, but not slower than the slowest line that people have. */
export function sendInPieces(bytes: Uint8Array): { stream: ReadableStream<Uint8Array>; sent: Promise<void> } {
  const { promise: sent, resolve: end } = Promise.withResolvers<void>();
  let at = 0;
  const timers: NodeJS.Timeout[] = [];
  const finish = (): void => {
    for (const timer of timers) clearTimeout(timer);
    end();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const give = (): void => {
          controller.error(new Error('Cannot send the files: the reader is too slow'));
          finish();
        };
        timers.push(setTimeout(give, IDLE_MS + (bytes.length / BYTES_PER_SECOND) * 1000), setTimeout(give, IDLE_MS));
      },
      pull(controller) {
        timers[1]?.refresh();
        controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
        if (at < bytes.length) return;
        controller.close();
        finish();
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
  return { stream, sent };
}
