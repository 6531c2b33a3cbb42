import type { Db } from '@slipway/db';
import { sql } from 'drizzle-orm';

/** Everything that must not be in a database when all its jobs have ended, in words. */
export async function findFaults(db: Db, lines: number): Promise<string[]> {
  const faults: string[] = [];
  const none = async (what: string, rows: Promise<readonly Record<string, unknown>[]>) => {
    for (const row of await rows) faults.push(`${what}: ${JSON.stringify(row)}`);
  };
  await none(
    'a job and its build ended differently',
    db.execute(sql`
      select j.id, j.status as job, b.status as build from runtime_jobs j join preview_builds b on b.id = j.preview_build_id
      where j.status <> b.status or j.finished_at is null or b.finished_at is null`),
  );
  await none(
    'a build told its end more or less than once',
    db.execute(sql`
      select b.id, count(e.seq) as ends from preview_builds b
      left join owner_events e on e.owner_id = b.owner_id and e.type = 'build'
        and e.payload->'build'->>'id' = b.id::text
        and e.payload->'build'->>'status' not in ('queued', 'running')
      group by b.id having count(e.seq) <> 1`),
  );
  await none(
    'a success without exactly one artifact and one link, or an artifact without a success',
    db.execute(sql`
      select b.id, b.status, count(distinct a.id) as artifacts, count(distinct t.token) as links
      from preview_builds b left join artifacts a on a.build_id = b.id left join preview_tokens t on t.build_id = b.id
      group by b.id having count(distinct a.id) <> (case b.status when 'succeeded' then 1 else 0 end)
        or count(distinct t.token) <> (case b.status when 'succeeded' then 1 else 0 end)`),
  );
  await none(
    'the numbers of a log have a gap',
    db.execute(sql`
      select b.id, b.log_seq, count(l.seq) as lines, max(l.seq) as last from preview_builds b
      left join build_logs l on l.build_id = b.id group by b.id
      having count(l.seq) <> b.log_seq or coalesce(max(l.seq), 0) <> b.log_seq`),
  );
  await none(
    'events of an owner have a gap',
    db.execute(sql`
      select c.owner_id, c.seq, count(e.seq) as events from event_cursors c
      left join owner_events e on e.owner_id = c.owner_id group by c.owner_id, c.seq having count(e.seq) <> c.seq`),
  );
  // A line is "<attempt> <number>": of each attempt the numbers are 1, 2, 3 … in order, each once.
  await none(
    'a line is lost, doubled or out of order',
    db.execute(sql`
      select build_id, attempt, count(*) as lines, max(number) as last,
        count(*) filter (where number <> place) as misplaced
      from (
        select build_id, split_part(text, ' ', 1) as attempt, split_part(text, ' ', 2)::int as number,
          row_number() over (partition by build_id, split_part(text, ' ', 1) order by seq) as place
        from build_logs where stream = 'stdout'
      ) l group by build_id, attempt having count(*) filter (where number <> place) > 0`),
  );
  await none(
    'a success whose last attempt has not all its lines',
    db.execute(sql`
      select b.id, max(l.lines) as lines from preview_builds b left join (
        select build_id, split_part(text, ' ', 1) as attempt, count(*) as lines from build_logs
        where stream = 'stdout' group by build_id, split_part(text, ' ', 1)
      ) l on l.build_id = b.id
      where b.status = 'succeeded' group by b.id having coalesce(max(l.lines), 0) <> ${lines}::int`),
  );
  return faults;
}
