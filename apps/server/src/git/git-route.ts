import { join } from 'node:path';
import { advertiseRefs, advertiseV2, PACK_LIMITS, receivePack, type Service, uploadPack } from '@slipway/git';
import { type Context, Hono } from 'hono';
import type { BlobStore } from '@slipway/blobs';
import type { Db } from '@slipway/db';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { createLanes, LaneFullError, type Lanes } from '../http/lanes.ts';
import { UUID_PATTERN } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Quotas } from '../quotas/quotas.ts';
import { advanceMain } from './advance-main.ts';
import { FileSpool } from './file-spool.ts';
import { authenticateGit } from './git-authentication.ts';
import { ProjectRepository } from './project-repository.ts';
import { readGitBody } from './request-body.ts';
import { streamAnswer } from './stream-answer.ts';

const repositoryPath = `/git/:repository{${UUID_PATTERN}\\.git}`;
/** Wants and haves of a hundred thousand objects. */
const FETCH_BYTES = 16 * 1024 * 1024;
/** The pack's own limit, and room for the commands in front of it. */
const pushBytes = PACK_LIMITS.packBytes + 16 * 1024 * 1024;
/** A fetch or push that has not ended by then is cut. */
const REQUEST_MS = 30 * 60_000;

/** Of `config`: the folder where a pushed pack is spooled, and how many entries a tree may have. */
export interface GitNeeds {
  db: Db;
  blobs: BlobStore;
  config: Config;
  quotas: Quotas;
  log: Logger;
}

/** Packs are read as they come; the limit is what one request may send in all. */
export const gitBodies: LargeBody[] = [
  { method: 'POST', path: new RegExp(`^/git/${UUID_PATTERN}\\.git/git-upload-pack$`), limitBytes: FETCH_BYTES },
  { method: 'POST', path: new RegExp(`^/git/${UUID_PATTERN}\\.git/git-receive-pack$`), limitBytes: pushBytes },
];

/** Git's smart HTTP (gitprotocol-http(5)): a project is a repository at /git/<id>.git (HI-05). */
export function gitRoute(needs: GitNeeds) {
  // A walk or a pack takes memory and the processor: an owner has a few at once, all owners some more.
  const lanes = createLanes({ key: { atOnce: 3, waiting: 16 }, all: { atOnce: 6, waiting: 200 } });
  return new Hono<ServerEnv>()
    .get(`${repositoryPath}/info/refs`, async (c) => {
      const service = c.req.query('service');
      if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
        return say(c, 403, 'Only the smart protocol is served: use a git of this century');
      const opened = await openRepository(needs, c, service);
      if (opened instanceof Response) return opened;
      await advanceMain(needs.db, opened.owner, opened.project);
      const answer =
        versionOf(c) === 2 && service === 'git-upload-pack'
          ? advertiseV2()
          : await advertiseRefs(opened.repository, service);
      return c.body(new Uint8Array(answer), 200, headersOf(`${service}-advertisement`));
    })
    .post(`${repositoryPath}/git-upload-pack`, async (c) => {
      const opened = await openRepository(needs, c, 'git-upload-pack');
      if (opened instanceof Response) return opened;
      const body = readGitBody(c.req.raw, FETCH_BYTES);
      const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(REQUEST_MS)]);
      const pieces = uploadPack(opened.repository, body, { version: versionOf(c), signal });
      return await inLane(c, lanes, opened.owner, (ended) =>
        streamAnswer(c, pieces, { ended, log: needs.log, requestMs: REQUEST_MS }),
      );
    })
    .post(`${repositoryPath}/git-receive-pack`, async (c) => {
      const opened = await openRepository(needs, c, 'git-receive-pack');
      if (opened instanceof Response) return opened;
      const pieces = receivePack(opened.repository, readGitBody(c.req.raw, pushBytes), {
        openSpool: () => new FileSpool(join(needs.config.STATE_DIR, 'pushes')),
        signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(REQUEST_MS)]),
        // A slow sender holds no place: the lane is entered when all has come.
        inTurn: async (work) => (await lanes.run(opened.owner, work)) ?? Promise.reject(new LaneFullError()),
      });
      return await refuseWhenFull(c, () => streamAnswer(c, pieces, { log: needs.log, requestMs: REQUEST_MS }));
    })
    .all('/git/*', (c) => say(c, 404, 'No such repository'));
}

/** `owner` is also whose lane the work takes. */
interface OpenedRepository {
  owner: string;
  project: string;
  repository: ProjectRepository;
}

/** The repository, or the answer to who may not have it. Another's is not found, for whoever asks (P-07). */
async function openRepository(
  needs: GitNeeds,
  c: Context<ServerEnv>,
  service: Service,
): Promise<OpenedRepository | Response> {
  const project = (c.req.param('repository') ?? '').slice(0, -'.git'.length);
  const verb = service === 'git-upload-pack' ? 'read' : 'write';
  const access = await authenticateGit(needs.db, c.req.header('authorization'), { project, verb });
  switch (access.outcome) {
    case 'allowed': {
      const { owner, actor } = access;
      return { owner, project, repository: new ProjectRepository(needs, { owner, project, actor }) };
    }
    case 'unknown':
      c.header('WWW-Authenticate', 'Basic realm="Slipway: an access token as the password", charset="UTF-8"');
      return say(c, 401, 'An access token is needed as the password');
    case 'missing':
      return say(c, 404, 'No such repository');
    case 'scope':
      return say(c, 403, `The access token has no scope "${access.verb}" here`);
  }
}

/** Holds a place in the owner's lane until the answer has been sent. */
async function inLane(
  c: Context<ServerEnv>,
  lanes: Lanes,
  owner: string,
  answer: (ended: () => void) => Promise<Response>,
): Promise<Response> {
  return await refuseWhenFull(
    c,
    () =>
      new Promise<Response>((resolve, reject) => {
        const work = lanes.run(
          owner,
          () =>
            new Promise<void>((ended) => {
              answer(ended).then(resolve, (error: unknown) => {
                ended();
                reject(error as Error);
              });
            }),
        );
        (work ?? Promise.reject(new LaneFullError())).catch(reject);
      }),
  );
}

/** 429 with the time after which to come again. */
async function refuseWhenFull(c: Context<ServerEnv>, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof LaneFullError)) throw error;
    c.header('Retry-After', '10');
    return say(c, 429, 'Too many fetches and pushes at once: try again in a moment');
  }
}

/** The version that the client asks for; version 1 is version 0 with a line more, and nobody needs it. */
const versionOf = (c: Context<ServerEnv>): 0 | 2 =>
  /(^|:)version=2(:|$)/.test(c.req.header('git-protocol') ?? '') ? 2 : 0;

/** No proxy may keep an answer, as gitprotocol-http(5) asks. */
const headersOf = (kind: string): Record<string, string> => ({
  'Content-Type': `application/x-${kind}`,
  'Cache-Control': 'no-cache, max-age=0, must-revalidate',
});

/** Git shows people the text of a refusal, if it is plain. */
function say(c: Context<ServerEnv>, status: 401 | 403 | 404 | 429, text: string): Response {
  return c.body(`${text}\n`, status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
}
