import { parseTopic, type TopicName } from '@slipway/contracts';
import { sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { topicSources } from './topic-sources.ts';

/** What streams wait for, all of a process together. */
export interface WaitedFor {
  owners: readonly string[];
  topics: readonly TopicName[];
  /** Ids of sign-ins and of access tokens by which the streams were opened. */
  sessions: readonly string[];
  tokens: readonly string[];
}

/** How far everything has come; what is gone has no entry. */
export interface Heads {
  owners: ReadonlyMap<string, number>;
  topics: ReadonlyMap<TopicName, number>;
  sessions: ReadonlySet<string>;
  tokens: ReadonlySet<string>;
}

const ids = (values: readonly string[]): SQL => sql`jsonb_array_elements_text(${JSON.stringify(values)}::jsonb)`;

/**
 * How far every topic has come that somebody waits for, and which of their sign-ins
 * still last: one question for a whole process, however many streams it has.
 */
export async function readHeads(db: DbOrTx, { owners, topics, sessions, tokens }: WaitedFor): Promise<Heads> {
  const parts = [
    sql`select 'owner' as kind, i.id, coalesce(c.seq, 0)::bigint as head
      from ${ids(owners)} as i(id) left join event_cursors c on c.owner_id = i.id::uuid`,
    sql`select 'session', f.id::text, 0::bigint
      from refresh_families f join ${ids(sessions)} as i(id) on f.id = i.id::uuid
      where f.revoked_at is null and f.expires_at > slipway_now()`,
    sql`select 'token', t.id::text, 0::bigint from access_tokens t join ${ids(tokens)} as i(id) on t.id = i.id::uuid
      where t.expires_at > slipway_now()`,
    ...topicHeads(topics),
  ];
  const rows = await db.execute<{ kind: string; id: string; head: number }>(sql.join(parts, sql` union all `));
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    owners: new Map(of('owner').map(({ id, head }) => [id, head])),
    topics: topicsOf(rows),
    sessions: new Set(of('session').map(({ id }) => id)),
    tokens: new Set(of('token').map(({ id }) => id)),
  };
}

/** How far the topics have come that are there and this owner's. */
export async function findTopics(
  db: DbOrTx,
  ownerId: string,
  topics: readonly TopicName[],
): Promise<ReadonlyMap<TopicName, number>> {
  const parts = topicHeads(topics, ownerId);
  if (parts.length === 0) return new Map();
  return topicsOf(await db.execute<{ kind: string; id: string; head: number }>(sql.join(parts, sql` union all `)));
}

function topicHeads(topics: readonly TopicName[], ownerId?: string): SQL[] {
  const parsed = topics.flatMap((name) => parseTopic(name) ?? []);
  return Object.entries(topicSources).flatMap(([kind, source]) => {
    const wanted = parsed.filter((topic) => topic.kind === kind).map(({ id }) => id);
    if (wanted.length === 0) return [];
    const owned = ownerId === undefined ? sql`` : sql`where h.owner_id = ${ownerId}::uuid`;
    const rows = source.heads(sql`select i.id::uuid from ${ids(wanted)} as i(id)`);
    return [sql`select ${kind}::text as kind, h.id, h.head::bigint as head from (${rows}) h ${owned}`];
  });
}

function topicsOf(rows: readonly { kind: string; id: string; head: number }[]): ReadonlyMap<TopicName, number> {
  return new Map(
    rows.flatMap(({ kind, id, head }) => {
      const topic = parseTopic(`${kind}/${id}`);
      return topic === undefined ? [] : [[topic.name, head] as const];
    }),
  );
}
