import {
  answerCommandBody,
  claimHolderBody,
  type ClaimHolderBody,
  type ClaimHolderResponse,
  commandLimits,
  type HeartbeatResponse,
  holderFence,
  type HolderResponse,
  holderTimes,
  mirrorRunBody,
  type OkResponse,
} from '@slipway/contracts';
import {
  answerCommand,
  claimHolder,
  type Db,
  getHolder,
  getProject,
  getRun,
  mirrorRun,
  releaseHolder,
  renewHolder,
} from '@slipway/db';
import { type Context, Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import type { Lanes } from '../http/lanes.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';

const projectPath = `/projects/:projectId{${UUID_PATTERN}}`;
const holderPath = `${projectPath}/holder`;
const commandPath = `${projectPath}/commands/:commandId{${UUID_PATTERN}}`;
/** The database counts microseconds. */
const leaseUs = holderTimes.leaseMs * 1000;

/** An answer may hold a file; who sends it is known before it is read. */
export const answerBodies: readonly LargeBody[] = [
  {
    method: 'POST',
    path: /^\/api\/v1\/projects\/[^/]+\/commands\/[^/]+\/answer$/,
    limitBytes: commandLimits.answerBytes,
  },
];

/** Whether the route queues in `holderWrites`, or waits for a holder: not in the lane of its owner's writes. */
export const hasOwnLane = (c: Context): boolean =>
  /^\/api\/v1\/projects\/[^/]+\/(holder|run|run-lease|commands)(\/|$)/.test(c.req.path);

const lost = (c: Context) => fail(c, 'HOLDER_LOST', 'This tab no longer has the project: another one took it over');
const noProject = (c: Context) => fail(c, 'PROJECT_NOT_FOUND', 'No such project');

/**
 * Who has a project's container (RN-17), and what that one says: heartbeats, the mirror of its run,
 * answers to commands. What it writes is fenced by its epoch.
 */
export const holdersRoute = ({ db, holderWrites }: { db: Db; holderWrites: Lanes }) => {
  const claim = (c: Context<UserEnv>, projectId: string, body: ClaimHolderBody, takeOver: boolean) =>
    inWriteLane(c, holderWrites, async () => {
      const result = await claimHolder(db, c.var.owner, projectId, { ...body, leaseUs, takeOver });
      switch (result.outcome) {
        case 'held': {
          const run = (await getRun(db, c.var.owner, projectId)) ?? null;
          return c.json({ holder: result.holder, run } satisfies ClaimHolderResponse);
        }
        case 'elsewhere':
          return fail(c, 'HELD_ELSEWHERE', 'The project is open in another tab or on another device', {
            holder: result.holder,
          });
        case 'missing':
          return noProject(c);
      }
    });

  return new Hono<UserEnv>()
    .get(holderPath, async (c) => {
      const projectId = c.req.param('projectId');
      const holder = await getHolder(db, c.var.owner, projectId);
      if (!holder && !(await getProject(db, c.var.owner, projectId))) return noProject(c);
      return c.json({ holder: holder ?? null } satisfies HolderResponse);
    })
    .post(holderPath, jsonBody(claimHolderBody), (c) => claim(c, c.req.param('projectId'), c.req.valid('json'), false))
    .post(`${holderPath}/takeover`, jsonBody(claimHolderBody), (c) =>
      claim(c, c.req.param('projectId'), c.req.valid('json'), true),
    )
    .post(`${holderPath}/heartbeat`, jsonBody(holderFence), (c) =>
      inWriteLane(c, holderWrites, async () => {
        const renewed = await renewHolder(db, c.var.owner, c.req.param('projectId'), c.req.valid('json'), leaseUs);
        return renewed.outcome === 'renewed'
          ? c.json({ success: true, runHeld: renewed.runHeld } satisfies HeartbeatResponse)
          : lost(c);
      }),
    )
    .post(`${holderPath}/release`, jsonBody(holderFence), (c) =>
      inWriteLane(c, holderWrites, async () => {
        const { outcome } = await releaseHolder(db, c.var.owner, c.req.param('projectId'), c.req.valid('json'));
        return outcome === 'released' ? c.json({ success: true } satisfies OkResponse) : lost(c);
      }),
    )
    .put(`${projectPath}/run`, jsonBody(mirrorRunBody), (c) =>
      inWriteLane(c, holderWrites, async () => {
        const projectId = c.req.param('projectId');
        const { run, ...fence } = c.req.valid('json');
        if (run !== null && run.appId !== projectId)
          return fail(c, 'VALIDATION_ERROR', 'Invalid input', [
            { field: 'run.appId', message: 'is not the project of this path' },
          ]);
        const { outcome } = await mirrorRun(db, c.var.owner, projectId, fence, run);
        return outcome === 'kept' ? c.json({ success: true } satisfies OkResponse) : lost(c);
      }),
    )
    .post(`${commandPath}/answer`, jsonBody(answerCommandBody, commandLimits.answerBytes), (c) =>
      inWriteLane(c, holderWrites, async () => {
        const { answer, ...fence } = c.req.valid('json');
        const { projectId, commandId } = c.req.param();
        const { outcome } = await answerCommand(db, c.var.owner, projectId, commandId, fence, JSON.stringify(answer));
        switch (outcome) {
          case 'kept':
            return c.json({ success: true } satisfies OkResponse);
          case 'over':
            return fail(c, 'COMMAND_OVER', 'Nobody waits for this answer any more');
          case 'missing':
            return fail(c, 'COMMAND_NOT_FOUND', 'No such command');
        }
      }),
    );
};
