import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  importBody,
  type ImportResponse,
  type OkResponse,
  pushRemoteBody,
  type PushRemoteResponse,
  type RemoteListResponse,
  REMOTES_LIMIT,
  remoteName,
  setRemoteBody,
} from '@slipway/contracts';
import { deleteRemote, getProject, listRemotes, placeOf, sealedColumns, setRemote } from '@slipway/db';
import type { EgressGuard } from '@slipway/egress';
import { GitError, type RemoteTransport } from '@slipway/git';
import type { SecretBox } from '@slipway/secrets';
import { type Context, Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { createLanes, LaneFullError } from '../http/lanes.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { advanceMain } from './advance-main.ts';
import { FileSpool } from './file-spool.ts';
import type { GitNeeds } from './git-route.ts';
import { importRemote } from './import-remote.ts';
import { openRemote } from './open-remote.ts';
import type { ProjectRepository } from './project-repository.ts';
import { pushRemote } from './push-remote.ts';
import { RemoteError } from './remote-transport.ts';

const projectPath = `/projects/:projectId{${UUID_PATTERN}}`;
const remotePath = `${projectPath}/remotes/:name`;
/** An import or push that has not ended by then is given up. */
const CALL_MS = 10 * 60_000;

/**
 * Fetch and push go out through `egress`, to wherever a person has named; credentials are sealed for the remote's
 * row.
 */
export interface RemoteNeeds extends GitNeeds {
  egress: EgressGuard;
  secretBox: SecretBox;
}

/** Whether a request waits for another server, and so must not hold a place among the owner's writes. */
export function callsRemote(c: Context): boolean {
  return new RegExp(`^/api/v1/projects/${UUID_PATTERN}/(import|remotes/[^/]+/push)$`).test(c.req.path);
}

/** /projects/:id/remotes — repositories elsewhere, from which a project is filled and to which it is pushed (HI-07). */
export function remotesRoute(needs: RemoteNeeds) {
  const { db, secretBox } = needs;
  const lanes = createLanes({ key: { atOnce: 1, waiting: 4 }, all: { atOnce: 3, waiting: 50 } });
  const noProject = (c: Context) => fail(c, 'PROJECT_NOT_FOUND', 'No such project');

  /** Runs a call of another server in the owner's turn, and says what went wrong there. */
  const inTurn = async (
    c: Context<UserEnv>,
    name: string,
    work: (repository: ProjectRepository, transport: RemoteTransport, signal: AbortSignal) => Promise<Response>,
  ): Promise<Response> => {
    const { owner } = c.var;
    const project = c.req.param('projectId') ?? '';
    if (!(await getProject(db, owner, project))) return noProject(c);
    const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(CALL_MS)]);
    const remote = await openRemote(needs, { owner, project, name, signal });
    if (!remote) return fail(c, 'REMOTE_NOT_FOUND', 'No such remote');
    const { repository, transport } = remote;
    try {
      const answer = lanes.run(owner, async () => {
        // Its turn may come when nobody waits for it any more.
        signal.throwIfAborted();
        return await work(repository, transport, signal);
      });
      return await (answer ?? Promise.reject(new LaneFullError()));
    } catch (error) {
      if (error instanceof LaneFullError) {
        c.header('Retry-After', '10');
        return fail(c, 'RATE_LIMITED', 'Too many imports and pushes at once: try again in a moment');
      }
      if (error instanceof RemoteError || error instanceof GitError) return fail(c, 'REMOTE_FAILED', error.message);
      if (signal.aborted)
        return fail(c, 'REMOTE_FAILED', `It was not done within ${CALL_MS / 60_000} minutes: try again`);
      throw error;
    }
  };

  return new Hono<UserEnv>()
    .get(`${projectPath}/remotes`, async (c) => {
      const project = c.req.param('projectId');
      if (!(await getProject(db, c.var.owner, project))) return noProject(c);
      const remotes = await listRemotes(db, c.var.owner, project);
      return c.json({
        remotes: remotes.map(({ name, url, credential }) => ({ name, url, hasCredential: credential !== null })),
      } satisfies RemoteListResponse);
    })
    .put(remotePath, jsonBody(setRemoteBody), async (c) => {
      const name = remoteName.safeParse(c.req.param('name'));
      if (!name.success)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'name', message: 'no name of a remote' }]);
      const { url, credential } = c.req.valid('json');
      const id = randomUUID();
      const set = await setRemote(db, c.var.owner, c.req.param('projectId'), {
        id,
        name: name.data,
        url,
        credential:
          credential && secretBox.seal(JSON.stringify(credential), placeOf(sealedColumns.remoteCredential, id)),
        limit: REMOTES_LIMIT,
      });
      switch (set.outcome) {
        case 'set':
          return c.json({ success: true } satisfies OkResponse);
        case 'missing':
          return noProject(c);
        case 'too-many':
          return fail(c, 'TOO_MANY', `A project has at most ${REMOTES_LIMIT} remotes: remove one first`);
      }
    })
    .delete(remotePath, async (c) => {
      const { outcome } = await deleteRemote(db, c.var.owner, c.req.param('projectId'), c.req.param('name'));
      return outcome === 'missing'
        ? fail(c, 'REMOTE_NOT_FOUND', 'No such remote')
        : c.json({ success: true } satisfies OkResponse);
    })
    .post(`${projectPath}/import`, jsonBody(importBody), (c) =>
      inTurn(c, c.req.valid('json').remote, async (repository, transport, signal) => {
        const spool = new FileSpool(join(needs.config.STATE_DIR, 'pushes'));
        try {
          const result = await importRemote(repository, transport, { spool, signal });
          switch (result.outcome) {
            case 'imported':
              return c.json({ refs: result.refs, commit: result.commit } satisfies ImportResponse);
            case 'not-empty':
              return fail(c, 'PROJECT_NOT_EMPTY', 'The project has files already: import into a new one');
            case 'empty-remote':
              return fail(c, 'REMOTE_FAILED', 'The other repository has no branch');
            case 'refused':
              return fail(c, 'REMOTE_FAILED', `The repository cannot be imported: ${result.reason}`);
          }
        } finally {
          await spool.close();
        }
      }),
    )
    .post(`${remotePath}/push`, jsonBody(pushRemoteBody), (c) =>
      inTurn(c, c.req.param('name'), async (repository, transport, signal) => {
        await advanceMain(db, c.var.owner, c.req.param('projectId'));
        const result = await pushRemote(repository, transport, { branch: c.req.valid('json').branch, signal });
        return result.outcome === 'no-branch'
          ? fail(c, 'REMOTE_FAILED', 'The project has no such branch')
          : c.json(result satisfies PushRemoteResponse);
      }),
    );
}
