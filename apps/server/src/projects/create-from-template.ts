import { createHash } from 'node:crypto';
import type { Project, Snapshot, TreeEntry } from '@slipway/contracts';
import { commitSnapshot, createProject, type Db, getProject, putBlob } from '@slipway/db';
import type { TemplateFile } from '../templates/template-files.ts';

/** Makes a project whose first snapshot holds these files, by the same queries a tab would use. */
export async function createFromTemplate(
  db: Db,
  ownerId: string,
  fields: { name: string; template: string },
  files: readonly TemplateFile[],
): Promise<{ project: Project; snapshot: Snapshot }> {
  const entries: TreeEntry[] = [];
  for (const { path, mode, bytes } of files) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await putBlob(db, ownerId, { sha256, bytes });
    entries.push({ kind: 'file', path, mode, sha256, size: bytes.length });
  }
  const { id } = await createProject(db, ownerId, fields);
  const result = await commitSnapshot(db, ownerId, id, { baseRevision: 0, entries });
  if (result.outcome !== 'committed') throw new Error(`Cannot make project ${id} from template "${fields.template}": ${result.outcome}`);
  const project = await getProject(db, ownerId, id);
  if (!project) throw new Error(`Cannot make project ${id} from template "${fields.template}": it is gone again`);
  return { project, snapshot: result.snapshot };
}
