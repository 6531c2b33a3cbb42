import {
  AGENT_LIMITS,
  createSessionBody,
  DEFAULT_BOUNDS,
  FIRST_STATE,
  type HistoryResponse,
  MANIFEST_LIMITS,
  type Manifest,
  narrowerBounds,
  narrowManifest,
  parseManifest,
  renameSessionBody,
  type SessionListResponse,
  sessionMethod,
} from '@slipway/agent';
import type { OkResponse } from '@slipway/contracts';
import {
  createAgentSession,
  type Db,
  deleteAgentSession,
  getAgentSession,
  getProject,
  listAgentSessions,
  listAllowedCommands,
  readAgentHistoryPage,
  renameAgentSession,
} from '@slipway/db';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import type { Lanes } from '../http/lanes.ts';
import { sendMethod } from './change-session.ts';
import type { McpServers } from './mcp-servers.ts';
import type { AgentModels } from './providers.ts';
import { SESSIONS_LIMIT, toNumberedEvent, toSessionSummary, toSessionView } from './session-view.ts';

/** Only what looks like an id is routed: the database would refuse anything else as an error. */
const LIST_PATH = `/projects/:projectId{${UUID_PATTERN}}/agent/sessions`;
/** An id that is no UUID is another path, and so 404 before the database is asked. */
export const SESSION_PATH = `${LIST_PATH}/:sessionId{${UUID_PATTERN}}`;
/** A text of the longest input takes up to six bytes a character in JSON. */
const BODY_BYTES = 6 * AGENT_LIMITS.inputChars + 4096;

/** Routes whose body may be larger than that of others: a manifest or an input of the longest kind fits. */
export const agentBodies: LargeBody[] = [
  {
    method: 'POST',
    path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/agent/sessions(/${UUID_PATTERN}/methods)?$`),
    limitBytes: BODY_BYTES,
  },
];

/** Also for somebody else's session, which must not be told apart from one that is not there. */
export const noSession = (c: Context): Response => fail(c, 'SESSION_NOT_FOUND', 'No such session');
const noProject = (c: Context): Response => fail(c, 'PROJECT_NOT_FOUND', 'No such project');
const invalid = (c: Context, field: string, message: string): Response =>
  fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field, message }]);

/** `look` wakes this server's own performer; another server finds the work when it looks next. */
export interface SessionNeeds {
  readonly db: Db;
  readonly writes: Lanes;
  readonly agent: { readonly models: AgentModels; readonly mcp: Pick<McpServers, 'list'>; readonly look: () => void };
}

/** /projects/:id/agent/sessions — sessions of the coding agent, and what is asked of them (AG-01 to AG-09). */
export const sessionsRoute = ({ db, writes, agent: { models, mcp, look } }: SessionNeeds) =>
  new Hono<UserEnv>()
    .get(LIST_PATH, async (c) => {
      const { projectId } = c.req.param();
      const sessions = await listAgentSessions(db, c.var.owner, projectId);
      if (sessions.length === 0 && !(await getProject(db, c.var.owner, projectId))) return noProject(c);
      return c.json({ sessions: sessions.map(toSessionSummary) } satisfies SessionListResponse);
    })
    .post(LIST_PATH, jsonBody(createSessionBody, BODY_BYTES), (c) =>
      inWriteLane(c, writes, async () => {
        const manifest = await makeManifest(
          { db, models, mcp },
          { ownerId: c.var.owner, projectId: c.req.param('projectId') },
          c.req.valid('json'),
        );
        if (manifest.outcome === 'refused') return invalid(c, manifest.field, manifest.message);
        const created = await createAgentSession(db, c.var.owner, c.req.param('projectId'), {
          title: c.req.valid('json').title,
          manifest: JSON.stringify(manifest.manifest),
          state: JSON.stringify(FIRST_STATE),
          limit: SESSIONS_LIMIT,
        });
        switch (created.outcome) {
          case 'created':
            return c.json({ session: toSessionView(created.session) }, 201);
          case 'missing':
            return noProject(c);
          case 'too-many':
            return fail(c, 'TOO_MANY', `A project has at most ${SESSIONS_LIMIT} sessions: delete one first`);
        }
      }),
    )
    .get(SESSION_PATH, async (c) => {
      const { projectId, sessionId } = c.req.param();
      const session = await getAgentSession(db, c.var.owner, projectId, sessionId);
      return session ? c.json({ session: toSessionView(session) }) : noSession(c);
    })
    .patch(SESSION_PATH, jsonBody(renameSessionBody), async (c) => {
      const { projectId, sessionId } = c.req.param();
      const { title } = c.req.valid('json');
      const session = await renameAgentSession(db, c.var.owner, { projectId, sessionId, title });
      return session ? c.json({ session: toSessionView(session) }) : noSession(c);
    })
    .delete(SESSION_PATH, async (c) => {
      const { projectId, sessionId } = c.req.param();
      const { outcome } = await deleteAgentSession(db, c.var.owner, projectId, sessionId);
      return outcome === 'deleted' ? c.json({ success: true } satisfies OkResponse) : noSession(c);
    })
    .post(`${SESSION_PATH}/methods`, jsonBody(sessionMethod, BODY_BYTES), (c) => {
      const { projectId, sessionId } = c.req.param();
      const method = c.req.valid('json');
      const place = { ownerId: c.var.owner, projectId, sessionId };
      if (method.type === 'GetHistory') return answerHistory(c, db, place, method.after ?? 0);
      return inWriteLane(c, writes, async () => {
        const done = await sendMethod(db, place, method);
        if (done.outcome === 'moved') look();
        return answerMethod(c, done);
      });
    });

/** At any time, whatever the session is at (AG-04, AG-09), a page of it. */
async function answerHistory(
  c: Context<UserEnv>,
  db: Db,
  { ownerId, projectId, sessionId }: { ownerId: string; projectId: string; sessionId: string },
  after: number,
): Promise<Response> {
  const session = await getAgentSession(db, ownerId, projectId, sessionId);
  if (!session) return noSession(c);
  const { events, more } = await readAgentHistoryPage(db, ownerId, sessionId, { after, limit: AGENT_LIMITS.page });
  const history = events.map(toNumberedEvent);
  const next = more ? history.at(-1)?.seq : undefined;
  return c.json({
    ...{ session: toSessionView(session), history },
    ...(next === undefined ? {} : { next }),
  } satisfies HistoryResponse);
}

/** A method that has no place now is told by its code to whoever sent it, and to nobody else (AG-03, AG-06). */
function answerMethod(c: Context, done: Awaited<ReturnType<typeof sendMethod>>): Response {
  switch (done.outcome) {
    case 'moved':
      return c.json({ outcome: 'accepted', runId: done.runId }, 202);
    case 'queued':
    case 'same':
      return c.json({ outcome: done.outcome === 'queued' ? 'queued' : 'accepted', runId: null }, 202);
    case 'refused':
      return fail(c, 'AGENT_REFUSED', done.message, { code: done.code });
    case 'full':
      return fail(c, 'TOO_MANY', done.message);
    case 'no-run':
      return invalid(c, 'runId', 'is no run of this session, or was taken back before');
    case 'missing':
    case 'lost-lease':
      return noSession(c);
  }
}

type MadeManifest =
  | { readonly outcome: 'made'; readonly manifest: Manifest }
  | { readonly outcome: 'refused'; readonly field: string; readonly message: string };

/** What the person has set, narrowed by the project's file. */
async function makeManifest(
  { db, models, mcp }: { db: Db; models: AgentModels; mcp: Pick<McpServers, 'list'> },
  { ownerId, projectId }: { ownerId: string; projectId: string },
  body: z.infer<typeof createSessionBody>,
): Promise<MadeManifest> {
  const refused = (field: string, message: string): MadeManifest => ({ outcome: 'refused', field, message });
  const { provider, model, permission, instructions } = body;
  const opened = await models.open(ownerId, provider, model);
  if (opened === undefined) return refused('model', `there is no model "${model}" of a provider "${provider}"`);
  const unknown = body.mcp.find((name) => !mcp.list().some((known) => known.name === name));
  if (unknown !== undefined) return refused('mcp', `there is no MCP server "${unknown}" on this server`);
  const parsed = body.manifest === undefined ? undefined : parseManifest(body.manifest);
  if (parsed?.outcome === 'invalid') return refused('manifest', parsed.why);
  const settings: Manifest = {
    name: 'Agent',
    provider,
    model,
    scope: body.scope === undefined ? [] : [body.scope],
    permission,
    bounds: narrowerBounds({ ...DEFAULT_BOUNDS, ...defined(body.bounds) }, {}),
    instructions,
    ...(body.mcp.length === 0 ? {} : { mcp: [...new Set(body.mcp)] }),
    // What the person has allowed for good is not asked about again.
    allowed: await listAllowedCommands(db, { ownerId, projectId, limit: MANIFEST_LIMITS.allowed }),
  };
  const manifest = parsed === undefined ? settings : narrowManifest(settings, parsed.file);
  // A bound that nobody can count would hold nothing.
  if (manifest.bounds.costMicros !== null && opened.settings.price === undefined)
    return refused('bounds.costMicros', `the price of "${model}" is not known: bound its tokens instead`);
  return { outcome: 'made', manifest };
}

/**
 * With `exactOptionalPropertyTypes` an absent member and one that is undefined are two things: here both are absent.
 */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
