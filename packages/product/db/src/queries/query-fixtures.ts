import { createHash, randomUUID } from 'node:crypto';
import type { Snapshot, TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../database.ts';
import { commitSnapshot } from './content/commit-snapshot.ts';
import { putBlob } from './content/put-blob.ts';
import { createProject } from './projects/create-project.ts';

/** What the tests of queries start from. */
export async function makeUser(db: Db): Promise<string> {
  const [row] = await db.execute<{ id: string }>(sql`
    insert into users (email, name, role) values (${`${randomUUID()}@example.org`}, 'Test', 'user') returning id`);
  return row!.id;
}

export async function makeFile(db: Db, ownerId: string, path: string, text: string): Promise<TreeEntry> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await putBlob(db, ownerId, { sha256, bytes });
  return { kind: 'file', path, mode: 0o644, sha256, size: bytes.length };
}

export interface ProjectFixture {
  ownerId: string;
  projectId: string;
  /** Commits the next snapshot. */
  save(text: string): Promise<Snapshot>;
}

export async function makeProject(db: Db, owner?: string): Promise<ProjectFixture> {
  const ownerId = owner ?? (await makeUser(db));
  const { id: projectId } = await createProject(db, ownerId, { name: 'Test', template: null });
  let revision = 0;
  return {
    ownerId,
    projectId,
    save: async (text) => {
      const entries = [await makeFile(db, ownerId, 'index.html', text)];
      const result = await commitSnapshot(db, ownerId, projectId, { baseRevision: revision, entries });
      if (result.outcome !== 'committed') throw new Error(`Cannot save the fixture: ${result.outcome}`);
      revision = result.snapshot.revision;
      return result.snapshot;
    },
  };
}
