import type { SiteServing } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Everything that a request needs, so that a site is one question to the database. */
export interface Site {
  /** `version`: one build for ever, under its link's own label. `address`: whatever build is the active one. */
  kind: 'version' | 'address';
  /** The link's token or the project's id: what views are counted under and passes are good for. */
  key: string;
  projectId: string;
  artifactId: string;
  treeId: string;
  createdAt: number;
  serving: SiteServing | null;
  passwordHash: string | null;
  /** From the moment of the answer; null: for ever. */
  expiresInUs: number | null;
  viewLimit: number | null;
}

/**
 * The site of a label below the sites' domain, or of a proven domain. Expired and revoked links have none,
 * and neither has an address whose project shows nothing.
 */
export async function getSite(db: DbOrTx, host: string): Promise<Site | undefined> {
  const [row] = await db.execute<Site & Record<string, unknown>>(sql`
    select 'version' as kind, t.token as key, t.project_id as "projectId", a.id as "artifactId",
      a.tree_id as "treeId", a.created_at as "createdAt", a.serving, t.password_hash as "passwordHash",
      t.expires_at - slipway_now() as "expiresInUs", t.view_limit as "viewLimit"
    from preview_tokens t join artifacts a on a.id = t.artifact_id
    where t.site_label = ${host} and t.revoked_at is null and (t.expires_at is null or t.expires_at > slipway_now())
    union all
    select 'address', p.id::text, p.id, a.id, a.tree_id, a.created_at, a.serving, s.password_hash, null, null
    from site_hosts h join projects p on p.id = h.project_id
    join artifacts a on a.build_id = p.active_build_id
    left join project_sites s on s.project_id = p.id
    where h.host = ${host} and h.verified_at is not null
    limit 1`);
  return row;
}
