import type { ArtifactResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

type Artifact = ArtifactResponse['artifact'];

/** The artifact of a succeeded build; its files are `readTree(treeId)`. */
export async function getArtifact(db: DbOrTx, ownerId: string, buildId: string): Promise<Artifact | undefined> {
  const [row] = await db.execute<Artifact & Record<string, unknown>>(sql`
    select id, build_id as "buildId", tree_id as "treeId", created_at as "createdAt"
    from artifacts where build_id = ${buildId} and owner_id = ${ownerId}`);
  return row;
}
