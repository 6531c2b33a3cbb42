import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Views of links by token, and of projects' addresses by project. */
export interface ViewCounts {
  links: Readonly<Record<string, number>>;
  projects: Readonly<Record<string, number>>;
}

/** Adds what was counted in memory. In the order of the keys, so that two servers never wait for each other. */
export async function addViews(db: DbOrTx, { links, projects }: ViewCounts): Promise<void> {
  if (Object.keys(links).length > 0)
    await db.execute(sql`
      with counted as materialized (
        select t.token, c.value::bigint as views from jsonb_each_text(${JSON.stringify(links)}::jsonb) c
        join preview_tokens t on t.token = c.key order by t.token for update of t)
      update preview_tokens t set views = t.views + c.views from counted c where t.token = c.token`);
  if (Object.keys(projects).length > 0)
    await db.execute(sql`
      insert into project_sites as s (project_id, owner_id, views)
      select p.id, p.owner_id, c.value::bigint from jsonb_each_text(${JSON.stringify(projects)}::jsonb) c
      join projects p on p.id = c.key::uuid order by p.id
      on conflict (project_id) do update set views = s.views + excluded.views`);
}

/** Takes one of a link's views. `used-up`: there was none, or the link is none any more. */
export async function takeView(db: DbOrTx, token: string): Promise<{ outcome: 'taken' | 'used-up' }> {
  const rows = await db.execute(sql`
    update preview_tokens set views = views + 1
    where token = ${token} and revoked_at is null and (expires_at is null or expires_at > slipway_now())
      and (view_limit is null or views < view_limit)
    returning token`);
  return { outcome: rows.length > 0 ? 'taken' : 'used-up' };
}
