import type { Sandbox, SandboxRequest } from '@slipway/contracts';
import { type SQL, sql } from 'drizzle-orm';

/** For `select`, of `sandboxes s`: what its owner sees. Times are the database's. */
export const sandboxColumns: SQL = sql`
  s.name as id, s.project_id as "projectId", s.config, s.command, s.status, s.exit_code as "exitCode", s.problem,
  s.created_at as "createdAt", s.started_at as "startedAt", s.ended_at as "endedAt", s.recoveries,
  coalesce(s.ended_at, slipway_now()) - s.started_at as uptime`;

/** As `sandboxColumns` selects it. */
export type SandboxRow = Sandbox & Record<string, unknown>;

/** For `select`, of `sandbox_requests r`. */
export const requestColumns: SQL = sql`
  r.id, r.verb, r.checkpoint_name as "checkpointId", r.state, r.problem, r.created_at as "createdAt"`;

/** As `requestColumns` selects it. */
export type RequestRow = SandboxRequest & Record<string, unknown>;
