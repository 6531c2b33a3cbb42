import { type BlobStore, readBlob, readTreeEntries } from '@slipway/blobs';
import type { BuildSettings, Project } from '@slipway/contracts';
import { type Db, getSnapshotHead } from '@slipway/db';
import { detectBuild, type DetectResult, packagePaths } from '@slipway/sites';

/** A longer manifest is not looked at: it is no manifest that anybody wrote. */
const MANIFEST_BYTES = 256 * 1024;

/** What a snapshot says of its build; by default the newest. Undefined where there is none. */
export async function detectProject(
  { db, blobs }: { db: Db; blobs: BlobStore },
  ownerId: string,
  project: Project,
  settings: BuildSettings,
  snapshotId: string | null = project.latestSnapshotId,
): Promise<DetectResult | undefined> {
  if (snapshotId === null) return undefined;
  const head = await getSnapshotHead(db, ownerId, project.id, snapshotId);
  if (head === undefined) return undefined;
  const entries = await readTreeEntries(blobs, db, project.id, head);
  const files = new Map(entries.flatMap((read) => (read.entry.kind === 'file' ? [[read.entry.path, read]] : [])));
  const texts = new Map<string, string>();
  for (const path of packagePaths([...files.keys()])) {
    const read = files.get(path);
    if (read?.entry.kind !== 'file' || read.entry.size > MANIFEST_BYTES) continue;
    const bytes = read.bytes ?? (await readBlob(blobs, read.entry.sha256));
    if (bytes) texts.set(path, new TextDecoder().decode(bytes));
  }
  return detectBuild(
    { paths: [...files.keys()], has: (path) => files.has(path), text: (path) => texts.get(path) },
    settings,
  );
}
