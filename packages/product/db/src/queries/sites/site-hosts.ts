import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';

/** `proof` is what a domain must show to be `verified`; null where nothing is to be proved. */
export interface SiteHost {
  id: string;
  kind: 'stable' | 'name' | 'domain';
  host: string;
  proof: string | null;
  verified: boolean;
}

const hostColumns = sql`h.id, h.kind, h.host, h.proof, h.verified_at is not null as verified`;

/** A project's addresses: its own first, then in the order in which they came. */
export async function listSiteHosts(db: DbOrTx, ownerId: string, projectId: string): Promise<SiteHost[]> {
  return await db.execute<SiteHost & Record<string, unknown>>(sql`
    select ${hostColumns} from site_hosts h
    where h.project_id = ${projectId} and h.owner_id = ${ownerId} order by h.kind <> 'stable', h.created_at, h.id`);
}

/** `taken`: somebody holds it, or this project has asked for it before. */
export type AddSiteHostResult = { outcome: 'added'; host: SiteHost } | { outcome: 'missing' | 'taken' | 'too-many' };

/**
 * Gives a project a name, or notes that it wants a domain (P-35, P-37). A name is held from then on; a
 * domain only when its DNS holds the proof, so that many may want one and nobody is kept from his own.
 * The project's row is locked: of many at once no more get through than there is room for.
 */
export async function addSiteHost(
  db: Db,
  ownerId: string,
  projectId: string,
  asked: { kind: 'name' | 'domain'; host: string; limit: number },
): Promise<AddSiteHostResult> {
  return await db.transaction(async (tx): Promise<AddSiteHostResult> => {
    const [project] = await tx.execute<{ full: boolean }>(sql`
      select (select count(*) from site_hosts h where h.project_id = p.id and h.kind = ${asked.kind}) >= ${asked.limit}
        as full
      from projects p where p.id = ${projectId} and p.owner_id = ${ownerId} for update of p`);
    if (!project) return { outcome: 'missing' };
    if (project.full) return { outcome: 'too-many' };
    const named = asked.kind === 'name';
    const [host] = await tx.execute<SiteHost & Record<string, unknown>>(sql`
      insert into site_hosts as h (project_id, owner_id, kind, host, proof, verified_at)
      select ${projectId}, ${ownerId}, ${asked.kind}, ${asked.host},
        ${named ? null : `slipway-site=${randomBytes(16).toString('hex')}`}::text,
        case when ${named} then slipway_now() end
      where not exists (select from preview_tokens t where t.site_label = ${asked.host})
        and not exists (select from site_hosts o where o.host = ${asked.host} and o.verified_at is not null)
      on conflict do nothing
      returning ${hostColumns}`);
    return host ? { outcome: 'added', host } : { outcome: 'taken' };
  });
}

/** Undefined also for another owner's or another project's. */
export async function getSiteHost(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  hostId: string,
): Promise<SiteHost | undefined> {
  const [host] = await db.execute<SiteHost & Record<string, unknown>>(sql`
    select ${hostColumns} from site_hosts h
    where h.id = ${hostId} and h.project_id = ${projectId} and h.owner_id = ${ownerId}`);
  return host;
}

/**
 * Gives a domain to the claim whose proof was found. Whoever holds it keeps it: the unique index over proven
 * hosts decides between two that prove at once, and the second is told.
 */
export async function verifySiteHost(
  db: DbOrTx,
  ownerId: string,
  hostId: string,
  proof: string,
): Promise<{ outcome: 'verified'; host: SiteHost } | { outcome: 'missing' | 'taken' }> {
  const [host] = await db.execute<SiteHost & Record<string, unknown>>(sql`
    with claim as (select id, host from site_hosts where id = ${hostId} and owner_id = ${ownerId} and proof = ${proof}),
    free as (
      select c.id from claim c where not exists (
        select from site_hosts o where o.host = c.host and o.verified_at is not null and o.id <> c.id))
    update site_hosts h set verified_at = coalesce(h.verified_at, slipway_now()), updated_at = slipway_now()
    from free where h.id = free.id returning ${hostColumns}`);
  if (host) return { outcome: 'verified', host };
  const [claim] = await db.execute(sql`select from site_hosts where id = ${hostId} and owner_id = ${ownerId}`);
  return { outcome: claim ? 'taken' : 'missing' };
}

/** Takes an address away; the stable one stays with its project. */
export async function removeSiteHost(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  hostId: string,
): Promise<{ outcome: 'removed' | 'missing' }> {
  const rows = await db.execute(sql`
    delete from site_hosts where id = ${hostId} and project_id = ${projectId} and owner_id = ${ownerId}
      and kind <> 'stable' returning id`);
  return { outcome: rows.length > 0 ? 'removed' : 'missing' };
}

/** Whether anybody has proven the domain: what a proxy asks before it gets a certificate. */
export async function isProvenDomain(db: DbOrTx, domain: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select from site_hosts where host = ${domain} and kind = 'domain' and verified_at is not null`);
  return rows.length > 0;
}
