import { decodeTag, isTreeMode, readTree, TREE_MODES } from '@slipway/git';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { lineage } from './lineage.ts';
import { listReachableCommits } from './list-reachable-commits.ts';
import { ProjectObjects } from './project-objects.ts';
import type { CommitRow } from './put-commits.ts';
import { SAVES_REF } from './record-snapshot.ts';

const TREES_AT_ONCE = 500;

/**
 * Every object that a project's refs, snapshots and forks lead to, and the bases on
 * which their deltas stand. Reads through to the project's own origin. A snapshot is
 * kept as a row; the saves before it are none of its business, or thinning them would
 * give nothing back.
 */
export async function reachableObjects(db: DbOrTx, projectId: string): Promise<Set<string>> {
  const roots = await db.execute<{ oid: string; kind: 'history' | 'alone' | 'tree' }>(sql`
    select oid, case name when ${SAVES_REF} then 'alone' else 'history' end as kind from refs
      where project_id = ${projectId} and oid is not null
    union select commit_oid, 'alone' from snapshots where project_id = ${projectId} and commit_oid is not null
    union select aside_oid, 'tree' from snapshots where project_id = ${projectId} and aside_oid is not null
    union select commit_oid, 'alone' from project_origins where origin_id = ${projectId}
    union select aside_oid, 'tree' from project_origins where origin_id = ${projectId} and aside_oid is not null`);
  const reachable = new Set<string>();
  const named = (kind: string): string[] => roots.flatMap((root) => (root.kind === kind ? [root.oid] : []));
  const tips = await peelTags(db, projectId, named('history'), reachable);
  const commits = [
    ...(await listReachableCommits(db, projectId, { from: tips })),
    ...(await listCommits(db, projectId, named('alone'))),
  ];
  const trees = named('tree');
  for (const { oid, tree } of commits) {
    reachable.add(oid);
    trees.push(tree);
  }
  await walkTrees(db, projectId, trees, reachable);
  await addBases(db, projectId, reachable);
  return reachable;
}

async function listCommits(db: DbOrTx, projectId: string, oids: readonly string[]): Promise<CommitRow[]> {
  return await db.execute<CommitRow & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)}
    select distinct on (c.oid) c.oid, c.tree, to_jsonb(c.parents) as parents
    from lineage l join commits c on c.project_id = l.project_id
    where c.oid in (select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb)) order by c.oid, l.step`);
}

/** What annotated tags name, and theirs in turn; the tags themselves are reachable too. */
async function peelTags(
  db: DbOrTx,
  projectId: string,
  oids: readonly string[],
  reachable: Set<string>,
): Promise<string[]> {
  const rows = await db.execute<{ oid: string }>(sql`
    select distinct oid from objects where type = 'tag'
      and oid in (select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb))`);
  const tags = new Set(rows.map(({ oid }) => oid));
  const tips = oids.filter((oid) => !tags.has(oid));
  const { store } = new ProjectObjects(db, projectId);
  const next: string[] = [];
  for (const oid of tags) {
    reachable.add(oid);
    next.push(decodeTag(await store.read(oid)).object);
  }
  return next.length === 0 ? tips : [...tips, ...(await peelTags(db, projectId, next, reachable))];
}

async function walkTrees(
  db: DbOrTx,
  projectId: string,
  roots: readonly string[],
  reachable: Set<string>,
): Promise<void> {
  let level = [...new Set(roots)].filter((oid) => !reachable.has(oid));
  while (level.length > 0) {
    const next = new Set<string>();
    for (let at = 0; at < level.length; at += TREES_AT_ONCE) {
      // Anew for each page, so that what was read can go again.
      const { store } = new ProjectObjects(db, projectId);
      const page = level.slice(at, at + TREES_AT_ONCE);
      for (const oid of page) reachable.add(oid);
      for (const bytes of await Promise.all(page.map((oid) => store.read(oid))))
        for (const { mode, oid } of readTree(bytes)) {
          if (mode === TREE_MODES.commit || reachable.has(oid)) continue;
          if (isTreeMode(mode)) next.add(oid);
          else reachable.add(oid);
        }
    }
    level = [...next];
  }
}

async function addBases(db: DbOrTx, projectId: string, reachable: Set<string>): Promise<void> {
  const rows = await db.execute<{ oid: string; baseOid: string }>(sql`
    select oid, base_oid as "baseOid" from objects where project_id = ${projectId} and base_oid is not null`);
  const bases = new Map(rows.map(({ oid, baseOid }) => [oid, baseOid]));
  for (const oid of [...reachable])
    for (let base = bases.get(oid); base !== undefined && !reachable.has(base); base = bases.get(base))
      reachable.add(base);
}
