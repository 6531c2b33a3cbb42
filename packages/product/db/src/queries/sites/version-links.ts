import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';

/** `label` is the host on which the version is shown. */
export interface VersionLinkRow {
  buildId: string;
  url: string;
  label: string;
  createdAt: number;
  expiresAt: number | null;
  revoked: boolean;
  hasPassword: boolean;
  views: number;
  viewLimit: number | null;
}

const linkColumns = sql`
  t.build_id as "buildId", b.preview_url as url, t.site_label as label, t.created_at as "createdAt",
  t.expires_at as "expiresAt", t.revoked_at is not null as revoked, t.password_hash is not null as "hasPassword",
  t.views, t.view_limit as "viewLimit"`;

/** Links of a project's versions, newest first. */
export async function listVersionLinks(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  limit = 100,
): Promise<VersionLinkRow[]> {
  return await db.execute<VersionLinkRow & Record<string, unknown>>(sql`
    select ${linkColumns} from preview_tokens t join preview_builds b on b.id = t.build_id
    where t.project_id = ${projectId} and t.owner_id = ${ownerId}
    order by t.created_at desc, t.token limit ${limit}`);
}

/** What is absent stays; null takes a bound away. */
export interface LinkChange {
  expiresInUs?: number | null | undefined;
  passwordHash?: string | null | undefined;
  revoked?: boolean | undefined;
  viewLimit?: number | null | undefined;
}

/** Changes the link of a version (P-36). Undefined where the owner has none such. */
export async function changeVersionLink(
  db: DbOrTx,
  ownerId: string,
  buildId: string,
  { expiresInUs, passwordHash, revoked, viewLimit }: LinkChange,
): Promise<VersionLinkRow | undefined> {
  const [link] = await db.execute<VersionLinkRow & Record<string, unknown>>(sql`
    update preview_tokens t set
      expires_at = case when ${expiresInUs !== undefined} then slipway_now() + ${expiresInUs ?? null}::bigint
        else t.expires_at end,
      password_hash = case when ${passwordHash !== undefined} then ${passwordHash ?? null}::text
        else t.password_hash end,
      revoked_at = case when ${revoked === undefined} then t.revoked_at
        when ${revoked === true} then coalesce(t.revoked_at, slipway_now()) end,
      view_limit = case when ${viewLimit !== undefined} then ${viewLimit ?? null}::bigint else t.view_limit end
    from preview_builds b
    where t.build_id = ${buildId} and t.owner_id = ${ownerId} and b.id = t.build_id
    returning ${linkColumns}`);
  return link;
}

/**
 * Shows nothing of a project any more: its addresses have no build, and the links of all its versions are
 * taken back. Versions stay, to be rolled back to.
 */
export async function unpublish(
  db: Db,
  ownerId: string,
  projectId: string,
): Promise<{ outcome: 'unpublished' | 'missing' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'unpublished' | 'missing' }> => {
    const [project] = await tx.execute<{ revision: number }>(sql`
      update projects set active_build_id = null, updated_at = slipway_now()
      where id = ${projectId} and owner_id = ${ownerId} returning revision`);
    if (!project) return { outcome: 'missing' };
    await tx.execute(sql`
      update preview_tokens set revoked_at = slipway_now() where project_id = ${projectId} and revoked_at is null`);
    await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision: project.revision } });
    return { outcome: 'unpublished' };
  });
}

/**
 * Deletes a version for good (P-36): its link, artifact and log. Not the one that the project shows, nor one
 * that a worker has. Its bytes go with the next sweep, unless other versions have them too.
 */
export async function deleteVersion(
  db: Db,
  ownerId: string,
  buildId: string,
): Promise<{ outcome: 'deleted' | 'missing' | 'in-use' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'deleted' | 'missing' | 'in-use' }> => {
    // In the order of all that publishes: project, job, build.
    const [found] = await tx.execute<{ projectId: string; revision: number }>(sql`
      select p.id as "projectId", p.revision from projects p
      where p.owner_id = ${ownerId} and p.id = (select project_id from preview_builds where id = ${buildId})
      for update`);
    if (!found) return { outcome: 'missing' };
    const { projectId, revision } = found;
    const deleted = await tx.execute(sql`
      with job as (
        delete from runtime_jobs j using projects p
        where j.preview_build_id = ${buildId} and j.status not in ('queued', 'running')
          and p.id = j.project_id and p.active_build_id is distinct from j.preview_build_id
        returning j.preview_build_id as id)
      delete from preview_builds b using job where b.id = job.id and b.owner_id = ${ownerId} returning b.id`);
    if (deleted.length === 0) return { outcome: 'in-use' };
    await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision } });
    return { outcome: 'deleted' };
  });
}
