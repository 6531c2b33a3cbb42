import type { LogLine } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** Every persisted line after a number (P-23). The build's owner is part of the question. */
export async function readBuildLog(db: DbOrTx, ownerId: string, buildId: string, after: number): Promise<LogLine[]> {
  return await db.execute<LogLine & Record<string, unknown>>(sql`
    select l.seq, l.stream, l.text, l.created_at as "createdAt"
    from build_logs l join preview_builds b on b.id = l.build_id
    where l.build_id = ${buildId} and b.owner_id = ${ownerId} and l.seq > ${after} order by l.seq`);
}
