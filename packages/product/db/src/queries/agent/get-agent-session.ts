import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { prepared } from '../../connection/prepared.ts';
import { agentSessionColumns, type AgentSessionRow } from './session-row.ts';

type Row = AgentSessionRow & Record<string, unknown>;

/** Undefined also for a session of another owner or project. */
export async function getAgentSession(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  sessionId: string,
): Promise<AgentSessionRow | undefined> {
  const [session] = await db.execute<Row>(sql`
    select ${agentSessionColumns} from agent_sessions s
    where s.id = ${sessionId} and s.project_id = ${projectId} and s.owner_id = ${ownerId}`);
  return session;
}

/** What people have said that no run has taken up yet, in order; there is no more of it than may wait. */
export async function listAgentMessages(db: DbOrTx, ownerId: string, sessionId: string): Promise<string[]> {
  const rows = await db.execute<{ text: string }>(sql`
    select c.text from agent_commands c join agent_sessions s on s.id = c.session_id
    where c.session_id = ${sessionId} and s.owner_id = ${ownerId} order by c.seq`);
  return rows.map(({ text }) => text);
}

/** Whether a run has messages to take up; asked twice a turn, and mostly there are none. */
export async function isAgentMessageWaiting(db: DbOrTx, sessionId: string): Promise<boolean> {
  const rows = await db.execute(
    prepared(sql`select from agent_commands where session_id = ${sessionId} and kind = 'message' limit 1`),
  );
  return rows.length > 0;
}

/** A session in a list: of its manifest, which may be large, what tells it from others. */
export interface AgentSessionSummary extends Omit<AgentSessionRow, 'ownerId' | 'manifest' | 'state'> {
  provider: string;
  model: string;
  permission: string;
}

/** A project's sessions, newest first; there are no more than may be made. */
export async function listAgentSessions(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
): Promise<AgentSessionSummary[]> {
  return await db.execute<AgentSessionSummary & Record<string, unknown>>(sql`
    select s.id, s.project_id as "projectId", s.title, s.status, s.last_seq as "lastSeq",
      s.created_at as "createdAt", s.updated_at as "updatedAt", m.provider, m.model, m.permission
    from agent_sessions s,
      json_to_record(s.manifest::json) as m(provider text, model text, permission text)
    where s.project_id = ${projectId} and s.owner_id = ${ownerId} order by s.created_at desc, s.id`);
}

/** Commands that were allowed for good in a project's sessions, each once, those of the newest session first. */
export async function listAllowedCommands(
  db: DbOrTx,
  { ownerId, projectId, limit }: { ownerId: string; projectId: string; limit: number },
): Promise<string[]> {
  const rows = await db.execute<{ command: string }>(sql`
    select a.command from agent_sessions s,
      json_array_elements_text(s.manifest::json -> 'allowed') with ordinality as a(command, nr)
    where s.project_id = ${projectId} and s.owner_id = ${ownerId}
    group by a.command order by max(s.created_at) desc, min(a.nr) limit ${limit}`);
  return rows.map(({ command }) => command);
}

/** Undefined where it is none of the owner's; nothing of the log changes, and no lease is asked for. */
export async function renameAgentSession(
  db: DbOrTx,
  ownerId: string,
  { projectId, sessionId, title }: { projectId: string; sessionId: string; title: string },
): Promise<AgentSessionRow | undefined> {
  const [session] = await db.execute<Row>(sql`
    update agent_sessions s set title = ${title}
    where s.id = ${sessionId} and s.project_id = ${projectId} and s.owner_id = ${ownerId}
    returning ${agentSessionColumns}`);
  return session;
}

/** Takes a session away with its log. Whoever performs it finds its lease lost. */
export async function deleteAgentSession(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  sessionId: string,
): Promise<{ outcome: 'deleted' | 'missing' }> {
  const rows = await db.execute(sql`
    delete from agent_sessions where id = ${sessionId} and project_id = ${projectId} and owner_id = ${ownerId}
    returning id`);
  return { outcome: rows.length > 0 ? 'deleted' : 'missing' };
}
