import { createHash, randomUUID } from 'node:crypto';
import { createBlobStore, storeOwned, storePacked } from '@slipway/blobs';
import type { FileEntry, SiteServing } from '@slipway/contracts';
import { claimJob, createBuild, type Db, finishSucceeded, listSnapshots, markRunning } from '@slipway/db';
import { isPackable } from '@slipway/sites';
import { makeProject, type ProjectFixture } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';

/** A version that was published, as if a worker had built these files. */
export interface PublishedVersion {
  buildId: string;
  /** `/p/<token>/`. */
  linkPath: string;
  token: string;
  /** Host of the version's own label, without the port. */
  host: string;
  stableHost: string;
}

/** A project whose versions are published one after another. */
export interface PublishedProject extends ProjectFixture {
  publish(files: Record<string, string | Uint8Array>, serving?: Partial<SiteServing>): Promise<PublishedVersion>;
}

const sitesDomain = 'slipway-sites.localhost';
/** As a version without rules has it. */
const plain: SiteServing = { singlePage: false, trailingSlash: 'auto', headers: [], redirects: [] };

/** Published by the queries that a real build's worker uses. */
export async function makePublishedProject(db: Db, owner?: string): Promise<PublishedProject> {
  const project = await makeProject(db, owner);
  const store = createBlobStore('postgres', { db });
  const toEntry = async (path: string, content: string | Uint8Array): Promise<FileEntry> => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await storeOwned(store, db, project.ownerId, { sha256, body: bytes });
    if (isPackable(path)) await storePacked(store, db, { sha256, bytes });
    return { kind: 'file', path, mode: 0o644, sha256, size: bytes.length };
  };
  return {
    ...project,
    publish: async (files, serving = {}) => {
      await project.save(randomUUID());
      const [snapshot] = await listSnapshots(db, project.ownerId, project.projectId);
      const created = await createBuild(db, project.ownerId, project.projectId, {
        snapshotId: snapshot!.id,
        deadlineUs: 3.6e9,
      });
      if (created.outcome !== 'queued') throw new Error(`Cannot publish the fixture: ${created.outcome}`);
      const { id: buildId, jobId } = created.build;
      await db.execute(sql`
        update runtime_jobs set deadline_at = 0 where id <> ${jobId} and status in ('queued', 'running')`);
      const job = await claimJob(db, 'publisher', 15_000_000);
      if (job?.lease.jobId !== jobId) throw new Error('Cannot publish the fixture: its job was not to be had');
      await markRunning(db, job, buildId);
      const entries: FileEntry[] = [];
      for (const [path, content] of Object.entries(files)) entries.push(await toEntry(path, content));
      const finished = await finishSucceeded(db, job, buildId, {
        artifactId: randomUUID(),
        entries,
        serving: { ...plain, ...serving },
        publicBase: 'http://slipway.localhost',
        tokenLifetimeUs: undefined,
      });
      if (finished.outcome !== 'succeeded') throw new Error(`Cannot publish the fixture: ${finished.outcome}`);
      const [row] = await db.execute<{ token: string; label: string; stable: string }>(sql`
        select t.token, t.site_label as label, h.host as stable from preview_tokens t
        join site_hosts h on h.project_id = t.project_id and h.kind = 'stable' where t.build_id = ${buildId}`);
      return {
        buildId,
        token: row!.token,
        linkPath: new URL(finished.build.previewUrl!).pathname,
        host: `${row!.label}.${sitesDomain}`,
        stableHost: `${row!.stable}.${sitesDomain}`,
      };
    },
  };
}
