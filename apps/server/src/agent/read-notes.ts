import { NOTE_FILES, type ProjectNote, projectNote } from '@slipway/agent';
import { type BlobStore, readFileAt } from '@slipway/blobs';
import { type Db, getSnapshotHead } from '@slipway/db';

/** What the project says about work in it, of its newest snapshot: it need not be open anywhere. */
export async function readNotes(
  { db, blobs }: { db: Db; blobs: BlobStore },
  { ownerId, projectId }: { ownerId: string; projectId: string },
): Promise<ProjectNote[]> {
  const head = await getSnapshotHead(db, ownerId, projectId, 'latest');
  if (!head) return [];
  const notes: ProjectNote[] = [];
  for (const path of NOTE_FILES) {
    const bytes = await readFileAt(blobs, db, projectId, head, path);
    const note = bytes && projectNote(path, bytes);
    if (note) notes.push(note);
  }
  return notes;
}
