import { type BlobStore, readFileAt, readSnapshotEntries } from '@slipway/blobs';
import {
  lookAtShareBody,
  SHARED_FILE_BYTES,
  sharedFileBody,
  SHARED_FILES_LIMIT,
  type SharedProjectResponse,
} from '@slipway/contracts';
import { type Db, findShare, getSnapshotHead } from '@slipway/db';
import { Hono } from 'hono';
import { requireSameOrigin } from '../auth/require-same-origin.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { hashShareToken } from './share-token.ts';
import { NO_SUCH_SHARE } from './shares-route.ts';

/** /shared — what anybody who has a link may see, signed in or not (UX-15). */
export const sharedRoute = ({ db, blobs, hosts }: { db: Db; blobs: BlobStore; hosts: Hosts }) =>
  new Hono<ServerEnv>()
    .use('/shared', requireSameOrigin(hosts.appOrigin))
    .use('/shared/file', requireSameOrigin(hosts.appOrigin))
    .post('/shared', jsonBody(lookAtShareBody), async (c) => {
      const share = await findShare(db, hashShareToken(c.req.valid('json').token), 'view');
      if (!share) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const { kind, ownerId, projectId, expiresAt } = share;
      const entries = (await readSnapshotEntries(blobs, db, ownerId, projectId, 'latest')) ?? [];
      const files = entries.flatMap((entry) => (entry.kind === 'file' ? [{ path: entry.path, size: entry.size }] : []));
      return c.json({
        kind,
        name: share.projectName,
        owner: share.ownerName,
        expiresAt,
        files: files.slice(0, SHARED_FILES_LIMIT),
        cut: files.length > SHARED_FILES_LIMIT,
      } satisfies SharedProjectResponse);
    })
    .post('/shared/file', jsonBody(sharedFileBody), async (c) => {
      const { token, path } = c.req.valid('json');
      const share = await findShare(db, hashShareToken(token));
      const head = share && (await getSnapshotHead(db, share.ownerId, share.projectId, 'latest'));
      if (!share || !head) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const bytes = await readFileAt(blobs, db, share.projectId, head, path);
      if (!bytes) return fail(c, 'FILE_NOT_FOUND', 'No such file');
      if (bytes.length > SHARED_FILE_BYTES)
        return fail(c, 'PAYLOAD_TOO_LARGE', `Files above ${SHARED_FILE_BYTES / 1024} KiB are shown in a copy only`);
      // User bytes on the app's own origin: never as a page.
      return c.body(bytes, 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
      });
    });
