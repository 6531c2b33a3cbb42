import { type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { prepared } from '../../connection/prepared.ts';
import type { AgentEventRow } from './session-row.ts';

/** Pieces of texts while they come: a later event holds the text whole, so old pieces may go. */
const PIECES = sql.raw(`'TextDelta', 'ReasoningDelta', 'ToolCallArgsDelta'`);
/** An event may be a quarter of a megabyte: a page ends behind the one that fills it. */
const PAGE_BYTES = 1024 * 1024;

type Row = AgentEventRow & Record<string, unknown>;

/** A part of a log; `more`: there are events behind it already. */
export interface AgentEventPage {
  readonly events: AgentEventRow[];
  readonly more: boolean;
}

/** A page of a session's log behind a number, in order (AG-13), with or without pieces of texts. */
export async function readAgentEvents(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  { after, limit, pieces = true }: { after: number; limit: number; pieces?: boolean },
): Promise<AgentEventPage> {
  return await readPage(
    db,
    sql`
    select e.seq, e.type, e.event, e.created_at as at from agent_events e
    join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.seq > ${after}
      and (${pieces} or e.type not in (${PIECES}))
    order by e.seq limit ${limit + 1}`,
    limit,
  );
}

/** So many of these at most, and no more of their bytes than {@link PAGE_BYTES}; one at least. */
async function readPage(db: DbOrTx, events: SQL, limit: number): Promise<AgentEventPage> {
  const rows = await db.execute<Row & { found: number }>(
    prepared(sql`
    select seq, type, event, at, found from (
      select *, sum(octet_length(event)) over (order by seq) - octet_length(event) as before,
        (count(*) over ())::int as found
      from (${events}) as listed
    ) as sized
    where before < ${PAGE_BYTES} order by seq limit ${limit}`),
  );
  return {
    events: rows.map(({ seq, type, event, at }) => ({ seq, type, event, at })),
    more: (rows[0]?.found ?? 0) > rows.length,
  };
}

/**
 * What a prompt is made of: the log from its last summary on, without the pieces, which `TextDone` and `ToolCallDone`
 * hold whole, and without what a person took back.
 */
export async function readAgentHistory(db: DbOrTx, ownerId: string, sessionId: string): Promise<AgentEventRow[]> {
  return await db.execute<Row>(sql`${history(ownerId, sessionId)} order by seq`);
}

/** A page of that, behind a number. */
export async function readAgentHistoryPage(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  { after, limit }: { after: number; limit: number },
): Promise<AgentEventPage> {
  return await readPage(
    db,
    sql`${history(ownerId, sessionId)} and seq > ${after} order by seq limit ${limit + 1}`,
    limit,
  );
}

const history = (ownerId: string, sessionId: string): SQL => sql`
  with gone as (${goneFrom(sessionId)}),
  kept as (
    select e.seq, e.type, e.event, e.created_at as at from agent_events e
    join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId}
      and e.type not in (${PIECES}, 'ToolCallStart', 'ReasoningDone')
      and not exists (select from gone g where e.seq between g."from" and g.until)
  )
  select * from kept where seq >= coalesce((select max(seq) from kept where type = 'Summary'), 0)`;

/** The end of a log, or what is in front of a part of it. */
export interface AgentTranscriptPage {
  /** Number of its first event; nothing is in front of it where `first`. */
  readonly from: number;
  readonly first: boolean;
  readonly events: AgentEventRow[];
  /** Of the run that is under way where it begins: how it began, and what it has changed since. Empty: none is. */
  readonly head: AgentEventRow[];
  /** Tokens of the session in front of it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * The events in front of a number, for people to read: without pieces, and without what was taken back. So many are
 * asked for, and as many bytes as a page may have; it then begins with the turn or run that the first of them is of, so
 * that no call comes apart from its result.
 */
export async function readAgentTranscript(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  { before, limit }: { before: number; limit: number },
): Promise<AgentTranscriptPage> {
  // Once, and not for every question below: it goes through the whole log.
  const gone = JSON.stringify(await db.execute(goneFrom(sessionId)));
  const shown = sql`
    from agent_events e join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.seq < ${before}
      and not exists (
        select from jsonb_to_recordset(${gone}::jsonb) as g("from" bigint, until bigint)
        where e.seq between g."from" and g.until - 1
      )`;
  const whole = sql`${shown} and e.type not in (${PIECES})`;
  const [begins] = await db.execute<{ from: number | null }>(sql`
    select min(seq) as "from" from (
      select seq, sum(bytes) over (order by seq desc) - bytes as behind from (
        select e.seq, octet_length(e.event) as bytes ${whole} order by e.seq desc limit ${limit}
      ) as newest
    ) as sized where behind < ${PAGE_BYTES}`);
  const nothing = { from: 1, first: true, events: [], head: [], inputTokens: 0, outputTokens: 0 };
  if (begins?.from == null) return nothing;
  const startOf = (types: SQL, from: number) =>
    db.execute<{ seq: number }>(sql`
      select e.seq ${shown} and e.seq <= ${from} and e.type in (${types}) order by e.seq desc limit 1`);
  const [turn] = await startOf(sql.raw(`'RunStart', 'TurnStart'`), begins.from);
  const from = turn?.seq ?? begins.from;
  const events = await db.execute<Row>(sql`
    select e.seq, e.type, e.event, e.created_at as at ${whole} and e.seq >= ${from} order by e.seq`);
  const [run] = events[0]?.type === 'RunStart' ? [] : await startOf(sql.raw(`'RunStart'`), from);
  const head = run
    ? await db.execute<Row>(sql`
        select e.seq, e.type, e.event, e.created_at as at ${shown} and e.seq >= ${run.seq} and e.seq < ${from}
          and (e.type in ('RunStart', 'Checkpoint', 'Usage', 'TurnEnd')
            or e.type = 'ToolCallStart' and e.event::jsonb ->> 'name' = 'Run')
        order by e.seq`)
    : [];
  const [use] = await db.execute<{ input: number; output: number; first: boolean }>(sql`
    select coalesce(sum((e.event::jsonb ->> 'input_tokens')::bigint), 0)::float8 as input,
      coalesce(sum((e.event::jsonb ->> 'output_tokens')::bigint), 0)::float8 as output,
      not exists (select ${shown} and e.seq < ${from}) as first
    from agent_events e join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.type = 'Usage'
      -- What was taken back was used all the same.
      and (e.seq < ${from} or e.seq < ${before} and exists (
        select from jsonb_to_recordset(${gone}::jsonb) as g("from" bigint, until bigint)
        where e.seq between g."from" and g.until - 1
      ))`);
  return { from, first: use!.first, events, head, inputTokens: use!.input, outputTokens: use!.output };
}

/** Where a run of the session begins in its log, unless it is not there, or was taken back. */
export async function findRunStart(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  runId: string,
): Promise<number | undefined> {
  const [row] = await db.execute<{ seq: number }>(sql`
    with gone as (${goneFrom(sessionId)})
    select e.seq from agent_events e join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.type = 'RunStart'
      and e.event::jsonb ->> 'runId' = ${runId}
      and not exists (select from gone g where e.seq between g."from" and g.until)`);
  return row?.seq;
}

/** What people took back: from a run's beginning to the event that says so. */
const goneFrom = (sessionId: string): SQL => sql`
  select (r.event::jsonb ->> 'from')::bigint as "from", r.seq as until from agent_events r
  where r.session_id = ${sessionId} and r.type = 'Rewound'`;
