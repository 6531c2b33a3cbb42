import { randomBytes } from 'node:crypto';
import type { SiteServing } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { confirmBlobRights } from '../content/confirm-blob-rights.ts';
import { insertTree, type PreparedTree } from '../content/insert-tree.ts';
import { giveStableAddress } from '../sites/give-stable-address.ts';

/** Stored in the transaction that ends the build, so that there is never half a version. */
export interface NewVersion {
  buildId: string;
  artifactId: string;
  ownerId: string;
  projectId: string;
  tree: PreparedTree;
  /** How the site is served; without it as it was before there were rules. */
  serving: SiteServing | undefined;
  publicBase: string;
  tokenLifetimeUs: number | undefined;
}

/**
 * Artifact, token and link of a build, and its status: in the caller's transaction, which holds the project's row.
 * `refused`: the owner may not name all of its blobs, and nothing was written.
 */
export async function mintVersion(tx: DbOrTx, version: NewVersion): Promise<{ outcome: 'minted' | 'refused' }> {
  const { buildId, artifactId, ownerId, projectId, tree, serving } = version;
  const rights = await confirmBlobRights(tx, ownerId, tree);
  if (rights.outcome !== 'confirmed') return { outcome: 'refused' };
  await insertTree(tx, tree);
  await tx.execute(sql`
    insert into artifacts (id, build_id, project_id, owner_id, tree_id, serving)
    values (${artifactId}, ${buildId}, ${projectId}, ${ownerId}, ${tree.id},
      ${serving === undefined ? null : JSON.stringify(serving)}::jsonb)`);
  await giveStableAddress(tx, projectId);
  const [minted] = await tx.execute<{ token: string }>(sql`
    insert into preview_tokens (token, site_label, build_id, artifact_id, owner_id, project_id, created_at,
      expires_at)
    select 'wpt_' || at.us || '_' || replace(gen_random_uuid()::text, '-', ''), ${randomBytes(16).toString('hex')},
      ${buildId}, ${artifactId}, ${ownerId}, ${projectId}, at.us,
        at.us + ${version.tokenLifetimeUs ?? null}::bigint
    from (select slipway_now() as us) at
    returning token`);
  const { token } = minted!;
  await tx.execute(sql`
    update preview_builds set status = 'succeeded', artifact_id = ${artifactId}, preview_token = ${token},
      preview_url = ${previewUrl(version.publicBase, token)}, error_summary = null, finished_at = at.us,
        updated_at = at.us
    from (select slipway_now() as us) at where id = ${buildId}`);
  return { outcome: 'minted' };
}

/**
 * Shows a version, unless a build of a newer snapshot was ever asked for (P-21, P-22). The project's revision where it
 * moved.
 */
export async function moveActive(
  tx: DbOrTx,
  projectId: string,
  buildId: string,
): Promise<{ revision: number } | undefined> {
  const [moved] = await tx.execute<{ revision: number }>(sql`
    update projects p set active_build_id = ${buildId}, updated_at = slipway_now()
    where p.id = ${projectId} and not exists (
      select from preview_builds newer, preview_builds this
      where this.id = ${buildId} and newer.project_id = p.id and newer.snapshot_revision > this.snapshot_revision)
    returning p.revision`);
  return moved;
}

/** `<public base without trailing slashes>/p/<token>/` (P-13). */
export function previewUrl(publicBase: string, token: string): string {
  let end = publicBase.length;
  while (publicBase.endsWith('/', end)) end--;
  return `${publicBase.slice(0, end)}/p/${token}/`;
}
