import { createHash, randomUUID } from 'node:crypto';
import type { Snapshot, TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { commitSnapshot } from './content/commit-snapshot.ts';
import { grantBlob } from './content/grant-blob.ts';
import { storeBlob } from './content/store-blob.ts';
import { createProject } from './projects/create-project.ts';

/** A user of the test's own. */
export async function makeUser(db: Db): Promise<string> {
  const [row] = await db.execute<{ id: string }>(sql`
    insert into users (email, name, role) values (${`${randomUUID()}@example.org`}, 'Test', 'user') returning id`);
  return row!.id;
}

/** A stored file that the owner may name. */
export async function makeFile(db: Db, ownerId: string, path: string, text: string): Promise<TreeEntry> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await storeBlob(db, { sha256, bytes });
  await grantBlob(db, ownerId, sha256);
  return { kind: 'file', path, mode: 0o644, sha256, size: bytes.length };
}

/** A project and the way to change it. */
export interface ProjectFixture {
  ownerId: string;
  projectId: string;
  /** Commits the next snapshot. */
  save(text: string): Promise<Snapshot>;
}

/** A project without a snapshot. */
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
