import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

export type SiteFile =
  | { outcome: 'file'; path: string; sha256: string; size: number }
  | { outcome: 'no-such-file' }
  | { outcome: 'no-such-site' };

/**
 * What a published site answers a path with. Expiry and revocation are asked
 * anew on every request (P-13): a link that was taken back stops at once.
 * `paths` are tried in order.
 */
export async function getSiteFile(db: DbOrTx, label: string, paths: readonly string[]): Promise<SiteFile> {
  const rows = await db.execute<{ path: string | null; sha256: string; size: number }>(sql`
    select e.path, e.sha256, e.size
    from preview_tokens t join artifacts a on a.id = t.artifact_id
    left join (
      jsonb_array_elements_text(${JSON.stringify(paths)}::jsonb) with ordinality as asked(path, place)
      join tree_entries e on e.path = asked.path and e.kind = 'file'
    ) on e.tree_id = a.tree_id
    where t.site_label = ${label} and t.revoked_at is null and (t.expires_at is null or t.expires_at > slipway_now())
    order by asked.place limit 1`);
  const row = rows[0];
  if (!row) return { outcome: 'no-such-site' };
  return row.path === null ? { outcome: 'no-such-file' } : { outcome: 'file', path: row.path, sha256: row.sha256, size: row.size };
}
