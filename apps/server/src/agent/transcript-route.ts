import { AGENT_LIMITS, runHeadOf, type TranscriptPageResponse } from '@slipway/agent';
import { type Db, getAgentSession, listAgentMessages, readAgentTranscript } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';
import { toNumberedEvent } from './session-view.ts';
import { noSession, SESSION_PATH } from './sessions-route.ts';

/** Behind every event there may be. */
const END = '9'.repeat(15);

/**
 * GET …/transcript?before=N — what people read of a session's log in front of a number, or its end without one: a page
 * at a time, the newest first, so that a long session opens as fast as a short one.
 */
export const transcriptRoute = ({ db }: { readonly db: Db }) =>
  new Hono<UserEnv>().get(`${SESSION_PATH}/transcript`, async (c) => {
    const { projectId, sessionId } = c.req.param();
    const before = c.req.query('before') ?? END;
    if (!/^\d{1,15}$/.test(before))
      return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'before', message: 'is no number of an event' }]);
    const session = await getAgentSession(db, c.var.owner, projectId, sessionId);
    if (!session) return noSession(c);
    const page = await readAgentTranscript(db, c.var.owner, sessionId, {
      before: Number(before),
      limit: AGENT_LIMITS.transcriptPage,
    });
    // Read behind the events: what was taken up in between is in neither, and comes by the stream.
    const waiting = await listAgentMessages(db, c.var.owner, sessionId);
    const { from, first, inputTokens, outputTokens } = page;
    return c.json({
      ...{ status: session.status, from, first, inputTokens, outputTokens, waiting },
      events: page.events.map(toNumberedEvent),
      run: runHeadOf(page.head.map(toNumberedEvent)) ?? null,
    } satisfies TranscriptPageResponse);
  });
