import type { BlobStore } from '@slipway/blobs';
import { readTreeEntries } from '@slipway/blobs';
import type { VerifyCheckpointBody, VerifyCheckpointResponse } from '@slipway/contracts';
import { type DbOrTx, getSnapshotHead } from '@slipway/db';

/** First in order of their names; `consistent` is false also for those that are left out. */
const PATHS_LIMIT = 1_000;

type Claimed = VerifyCheckpointBody['entries'][number];

/** Whether a folder with these entries is the snapshot's state; it only reads (CK-05). */
export async function verifyEntries(
  { db, blobs }: { db: DbOrTx; blobs: BlobStore },
  { ownerId, projectId, snapshotId }: { ownerId: string; projectId: string; snapshotId: string },
  claimed: readonly Claimed[],
): Promise<VerifyCheckpointResponse> {
  const head = await getSnapshotHead(db, ownerId, projectId, snapshotId);
  if (!head) return { consistent: false, paths: [] };
  const entries = (await readTreeEntries(blobs, db, projectId, head)).map(({ entry }) => entry);
  const expected = new Map(entries.map((entry) => [entry.path, lineOf(entry)]));
  const found = new Map(claimed.map((entry) => [entry.path, lineOf(entry)]));
  // Folders that have something in them are told or not, as their finder likes.
  const implied = new Set(entries.flatMap(({ path }) => foldersAbove(path)));
  const wrong: string[] = [];
  for (const [path, line] of expected) if (found.get(path) !== line) wrong.push(path);
  for (const [path, line] of found)
    if (!expected.has(path) && !(implied.has(path) && line === PLAIN_FOLDER)) wrong.push(path);
  return { consistent: wrong.length === 0, paths: wrong.sort().slice(0, PATHS_LIMIT) };
}

const PLAIN_FOLDER = lineOf({ kind: 'dir', path: '', mode: 0o755 });

/** One text for each entry, so that two are compared at once; modes in octal. */
function lineOf(entry: Claimed): string {
  switch (entry.kind) {
    case 'dir':
      return `dir ${entry.mode.toString(8)}`;
    case 'link':
      return `link ${entry.target}`;
    case 'file':
      return `file ${entry.mode.toString(8)} ${entry.sha256}`;
  }
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash));
  return folders;
}
