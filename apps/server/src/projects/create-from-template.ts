import { type BlobStore, storeBytes } from '@slipway/blobs';
import type { Project, Snapshot, TreeEntry } from '@slipway/contracts';
import { commitSnapshot, createProjectWithin, type Db, getProject } from '@slipway/db';
import type { TemplateFile } from '../templates/template-source.ts';

/** Makes a project whose first snapshot holds these files, by the same queries a tab would use. */
export async function createFromTemplate(
  { db, blobs, limit }: { db: Db; blobs: BlobStore; /** Of projects, see `createProjectWithin`. */ limit: number },
  ownerId: string,
  fields: { name: string; template: string },
  files: readonly TemplateFile[],
): Promise<{ outcome: 'created'; project: Project; snapshot: Snapshot } | { outcome: 'too-many'; limit: number }> {
  const entries: TreeEntry[] = [];
  for (const { path, mode, bytes } of files) {
    entries.push({ kind: 'file', path, mode, ...(await storeBytes(blobs, db, ownerId, bytes)) });
  }
  const made = await createProjectWithin(db, ownerId, fields, limit);
  if (made.outcome === 'too-many') return made;
  const { id } = made.project;
  const result = await commitSnapshot(db, ownerId, id, { baseRevision: 0, entries });
  if (result.outcome !== 'committed')
    throw new Error(`Cannot make project ${id} from template "${fields.template}": ${result.outcome}`);
  const project = await getProject(db, ownerId, id);
  if (!project) throw new Error(`Cannot make project ${id} from template "${fields.template}": it is gone again`);
  return { outcome: 'created', project, snapshot: result.snapshot };
}
