import {
  type CommandAnswer,
  id,
  makeRunReport,
  NO_FACTS,
  runBody,
  type RunRecord,
  runReport,
  type RunReport,
  type RunResponse,
  stopRunBody,
} from '@slipway/contracts';
import { forgetRun, getLastRunProject, getProject, getRun } from '@slipway/db';
import { type Context, Hono } from 'hono';
import { mayDo } from '../http/access.ts';
import { askHolder, type AskResult, type AskServices } from '../holders/ask-holder.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';

/** To begin a run: whatever runs is stopped first, elsewhere too. The run itself goes on behind the answer. */
const BEGIN_MS = 20_000;
const STOP_MS = 10_000;
/** Shorter than a client waits, longer than the lease of a holder that has just gone. */
const STATUS_MS = 4500;

/**
 * `/api/workspace/run` (RN-01): relayed to whoever holds the project's container (RN-15). The user is
 * whoever is signed in.
 */
export const runsRoute = (services: AskServices) => {
  const begin = (verb: 'start' | 'preview' | 'build' | 'install') => async (c: Context<UserEnv>, appId: string) => {
    if (!mayDo(c.var.access, 'run', appId)) return notInScope(c);
    const question = { projectId: appId, verb: `run.${verb}`, body: { appId }, deadlineMs: BEGIN_MS } as const;
    const asked = await askHolder(services, c.var.owner, question);
    if (asked.outcome !== 'answered') return notAnswered(c, asked);
    const report = reportOf(asked.answer);
    if (report) return c.json({ run: report } satisfies RunResponse, 202);
    return asked.answer.ok
      ? fail(c, 'HOLDER_SILENT', 'The tab that has the project answered what has no meaning: reload it')
      : fail(c, 'RUN_REFUSED', asked.answer.message, { code: asked.answer.code });
  };
  return new Hono<UserEnv>()
    .post('/start', jsonBody(runBody), (c) => begin('start')(c, c.req.valid('json').appId))
    .post('/preview', jsonBody(runBody), (c) => begin('preview')(c, c.req.valid('json').appId))
    .post('/build', jsonBody(runBody), (c) => begin('build')(c, c.req.valid('json').appId))
    .post('/install', jsonBody(runBody), (c) => begin('install')(c, c.req.valid('json').appId))
    .post('/stop', jsonBody(stopRunBody), (c) => stop(services, c, c.req.valid('json').appId))
    .get('/status', async (c) => {
      const asked = c.req.query('appId');
      if (asked !== undefined && !id.safeParse(asked).success)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'appId', message: 'is not an id' }]);
      return await status(services, c, asked);
    });
};

/** What was running is stopped by its holder; without one there is nothing left to stop (RN-09). */
async function stop(services: AskServices, c: Context<UserEnv>, named: string | undefined): Promise<Response> {
  const { db } = services;
  if (!mayDo(c.var.access, 'run', named ?? null)) return notInScope(c);
  const appId = named ?? (await getLastRunProject(db, c.var.owner));
  if (appId === undefined) return c.json({ run: derived(null, null) } satisfies RunResponse);
  const asked = await askHolder(services, c.var.owner, {
    projectId: appId,
    verb: 'run.stop',
    body: { appId },
    deadlineMs: STOP_MS,
  });
  if (asked.outcome === 'no-holder') {
    await forgetRun(db, c.var.owner, appId);
    return c.json({ run: derived(appId, null) } satisfies RunResponse);
  }
  const report = asked.outcome === 'answered' ? reportOf(asked.answer) : undefined;
  if (report) return c.json({ run: report } satisfies RunResponse);
  return notAnswered(c, asked.outcome === 'answered' ? { outcome: 'silent' } : asked);
}

/**
 * The holder looks at its process table and its ports for each question (RN-18). Without a holder the
 * mirror says what was, and never that it still runs; a holder that does not answer is UNKNOWN.
 */
async function status(services: AskServices, c: Context<UserEnv>, named: string | undefined): Promise<Response> {
  const { db } = services;
  const { owner } = c.var;
  if (!mayDo(c.var.access, 'run', named ?? null)) return notInScope(c);
  const appId = named ?? (await getLastRunProject(db, owner));
  if (appId === undefined) return c.json({ run: derived(null, null) } satisfies RunResponse);
  const question = { projectId: appId, verb: 'run.status', body: { appId }, deadlineMs: STATUS_MS } as const;
  const asked = await askHolder(services, owner, question);
  switch (asked.outcome) {
    case 'answered': {
      const report = reportOf(asked.answer);
      return c.json({ run: report ?? derived(appId, 'unreadable') } satisfies RunResponse);
    }
    case 'no-holder': {
      const run = (await getRun(db, owner, appId)) ?? null;
      return c.json({ run: derived(appId, run) } satisfies RunResponse);
    }
    case 'silent':
      if (!(await getProject(db, owner, appId))) return notAnswered(c, { outcome: 'missing' });
      return c.json({ run: derived(appId, 'unreadable') } satisfies RunResponse);
    default:
      return notAnswered(c, asked);
  }
}

/** What is known of a run into whose container nobody can look. */
function derived(appId: string | null, run: RunRecord | null | 'unreadable'): RunReport {
  const cause =
    run === 'unreadable'
      ? 'The tab that has the project does not answer'
      : run === null || run.finishedAt !== null
        ? null
        : 'The tab that ran it is gone';
  return makeRunReport(appId, run, { facts: NO_FACTS, ports: [], previewUrl: null, cause });
}

/** Undefined where the holder could not do it, or said something that is no report. */
function reportOf(answer: CommandAnswer): RunReport | undefined {
  if (!answer.ok) return undefined;
  try {
    return runReport.safeParse(JSON.parse(answer.value)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An access token for one project names it: what runs may be another one's. */
function notInScope(c: Context): Response {
  return fail(c, 'SCOPE_MISSING', 'The access token has no scope "run" here', { verb: 'run' });
}

function notAnswered(c: Context, { outcome }: Exclude<AskResult, { outcome: 'answered' }>): Response {
  switch (outcome) {
    case 'no-holder':
      return fail(c, 'NO_HOLDER', 'The project is open in no tab: open it, then run it');
    case 'silent':
      return fail(c, 'HOLDER_SILENT', 'The tab that has the project does not answer: reload it');
    case 'too-many':
      c.header('Retry-After', '2');
      return fail(c, 'RATE_LIMITED', 'Too many requests wait for the project: try again in a moment');
    case 'missing':
      return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
  }
}
