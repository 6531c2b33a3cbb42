import { sql } from 'drizzle-orm';
import { readBuildLog } from '../publish/read-build-log.ts';
import type { TopicSource } from './topic-source.ts';

/** A build's log as a topic: its rows are the log's own lines. */
export const buildTopic: TopicSource = {
  heads: (ids) => sql`select id::text, owner_id, log_seq as head from preview_builds where id in (${ids})`,
  async read(db, ownerId, id, after) {
    const { lines, next } = await readBuildLog(db, ownerId, id, after);
    const first = lines[0];
    if (first?.seq === after + 1)
      return {
        outcome: 'events',
        events: [{ seq: lines.at(-1)!.seq, event: { type: 'lines', lines } }],
        more: next !== null,
      };
    // No lines: nothing new, or the log is not kept any more, or the cursor is of another database.
    const [row] = await db.execute<{ head: number; kept: boolean }>(sql`
      select log_seq as head, exists (
        select from build_logs where build_id = ${id} and seq = ${after}::bigint + 1
      ) as kept from preview_builds where id = ${id} and owner_id = ${ownerId}`);
    if (!row || row.head === after || (row.kept && row.head > after))
      return { outcome: 'events', events: [], more: false };
    return { outcome: 'too-old', cursor: row.head };
  },
};
