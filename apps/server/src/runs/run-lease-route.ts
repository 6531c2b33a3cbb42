import {
  holderFence,
  holderTimes,
  type OkResponse,
  takeRunLeaseBody,
  type TakeRunLeaseResponse,
} from '@slipway/contracts';
import { getHolder, getRunLease, releaseRunLease, takeRunLease } from '@slipway/db';
import { type Context, Hono } from 'hono';
import { askHolder, type AskServices } from '../holders/ask-holder.ts';
import { fail } from '../http/api-error.ts';
import type { Lanes } from '../http/lanes.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import type { RunDatabase } from './run-database.ts';

const leasePath = `/projects/:projectId{${UUID_PATTERN}}/run-lease`;

/** How long the run that goes may take to stop. Its holder that says nothing learns of it by its heartbeat. */
const STOP_MS = 5000;

/**
 * The user's one run (RN-02): a holder takes the lease before it starts anything. Another project's run
 * is stopped first, wherever it is.
 */
export const runLeaseRoute = (services: AskServices & { holderWrites: Lanes; runDatabase: RunDatabase }) =>
  new Hono<UserEnv>()
    .post(leasePath, jsonBody(takeRunLeaseBody), async (c) => {
      const { onlyIfFree, ...fence } = c.req.valid('json');
      const { db, holderWrites } = services;
      const { owner } = c.var;
      const projectId = c.req.param('projectId');
      const holder = await getHolder(db, owner, projectId);
      if (holder?.holderId !== fence.holderId || holder.epoch !== fence.epoch) return lost(c);
      const running = onlyIfFree ? undefined : await getRunLease(db, owner);
      if (running && running.projectId !== projectId)
        await askHolder(services, owner, {
          projectId: running.projectId,
          verb: 'run.stop',
          body: { appId: running.projectId },
          deadlineMs: STOP_MS,
        });
      // Before the lane: it may take as long as a connection does.
      const mongo = await services.runDatabase.of(projectId);
      return await inWriteLane(c, holderWrites, async () => {
        const leaseUs = holderTimes.leaseMs * 1000;
        const taken = await takeRunLease(db, owner, projectId, fence, { leaseUs, onlyIfFree });
        switch (taken.outcome) {
          case 'taken':
            return c.json({ success: true, mongo } satisfies TakeRunLeaseResponse);
          case 'busy':
            return fail(c, 'RUN_ELSEWHERE', 'Another project is running', { projectId: taken.lease.projectId });
          case 'lost':
            return lost(c);
        }
      });
    })
    .post(`${leasePath}/release`, jsonBody(holderFence), (c) =>
      inWriteLane(c, services.holderWrites, async () => {
        await releaseRunLease(services.db, c.var.owner, c.req.param('projectId'), c.req.valid('json'));
        return c.json({ success: true } satisfies OkResponse);
      }),
    );

/** The tab then shows who has the project instead of trying again. */
const lost = (c: Context) => fail(c, 'HOLDER_LOST', 'This tab no longer has the project: another one took it over');
